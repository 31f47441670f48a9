"""What meters look at in a domain of prose: words that models would write, and their chances."""

from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from analysis.row_view import RowView
from ecosystem.domains.prose import END, UNKNOWN, Prose
from ecosystem.sampling import Floats

Tokens = NDArray[Any]
_HUMANS: dict[str, Any] = {}
"""A model of human writing by text, fitted once a process."""


class ProseView(RowView):
    """A domain of texts."""

    SIZE: ClassVar[int] = 300

    domain: Prose

    @cached_property
    def counts(self) -> Floats:
        """(M, V) how often each model's documents have each word; the end is none."""
        found = [self.counted(sample) for sample in self.samples]
        return np.array(found).reshape(len(found), self.domain.tokens)

    @cached_property
    def written(self) -> NDArray[np.bool_]:
        """(M,) whether a model writes anything."""
        return np.array([len(sample) > 0 for sample in self.samples], dtype=bool)

    def counted(self, documents: Tokens) -> Floats:
        """(V,) how often documents have each word; the end is none."""
        found = np.bincount(documents.ravel(), minlength=self.domain.tokens).astype(np.float64)
        found[END] = 0.0
        return found

    def vocabulary(self, documents: Tokens) -> int:
        """How many different words documents have, the unknown one not counted."""
        found = self.counted(documents)
        found[UNKNOWN] = 0.0
        return int(np.count_nonzero(found))

    def humans(self, documents: int) -> Tokens:
        """So many human documents (all there are, where fewer), the same every time."""
        order = np.random.Generator(np.random.Philox(1)).permutation(len(self.human))
        return self.human[order[:documents]]

    @cached_property
    def word_weights(self) -> Floats:
        """(V,) ln((1 + N) / (1 + d)) + 1, where d of the N human documents have a word."""
        document, place = np.nonzero(self.human != END)
        met = np.unique(document * self.domain.tokens + self.human[document, place])
        having = np.bincount(met % self.domain.tokens, minlength=self.domain.tokens)
        return np.asarray(np.log((1 + len(self.human)) / (1 + having)) + 1)

    @property
    def human_model(self) -> Any:
        """A bigram model (Witten-Bell) of all human documents but those held out."""
        if self.domain.digest not in _HUMANS:
            from agents.decoding import Decoding
            from agents.learners.ngram import Ngram, NgramOptions
            from ecosystem.corpus import Rows

            learner = Ngram(self.domain, NgramOptions(smoothing="witten_bell"), Decoding())
            learner.fit(Rows(self.human), np.random.Generator(np.random.Philox(1)))
            _HUMANS[self.domain.digest] = learner.plain()
        return _HUMANS[self.domain.digest]


def words_of(documents: Tokens) -> NDArray[np.bool_]:
    """(documents, width) the tokens that were chosen: the words, and the end where it fits."""
    chosen = np.ones(documents.shape, dtype=bool)
    chosen[:, 1:] = documents[:, :-1] != END
    return chosen

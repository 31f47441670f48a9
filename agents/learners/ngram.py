"""The n-gram learner: how often each word followed the last few."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from agents.learners.tokens import TokenLearner, TokenOptions
from agents.ngram_chances import Smoothing
from agents.ngram_tables import counted
from agents.ngram_voice import NgramVoice
from ecosystem.corpus import Rows
from ecosystem.domains.prose import END, UNKNOWN
from ecosystem.mechanism import Mechanism
from ecosystem.parameter import FREE, about
from ecosystem.sampling import Floats, Generator

LEAST = 1e-4
"""Of the mean weight of a document: counts of a former self that are below it are dropped."""


class NgramOptions(TokenOptions):
    """Options of `Ngram`."""

    kind: Literal["ngram"] = "ngram"
    order: int = Field(
        default=2,
        ge=1,
        le=4,
        description="words that matter for the next one, itself counted",
        json_schema_extra=about("words", FREE),
    )
    smoothing: Smoothing = Field(
        default="maximum_likelihood",
        description="what a word never met after a context is given: nothing; a fixed share of "
        "its chance after a shorter one; a share that rises with the kinds of words met; what "
        "a discount on every count leaves",
        json_schema_extra=about(
            "none", "Jelinek & Mercer 1980; Witten & Bell 1991; Ney, Essen & Kneser 1994"
        ),
    )
    weight: float = Field(
        default=0.8,
        ge=0,
        le=1,
        description="jelinek_mercer: share of what was counted; absolute_discount: taken from "
        "every count",
        json_schema_extra=about("share", FREE),
    )
    vocabulary: Annotated[Literal["open", "closed"], Mechanism("closed vocabulary", off="open")] = (
        Field(
            default="open",
            description="closed: a word that its former self did not know is read as the unknown "
            "word, until re-opened",
            json_schema_extra=about("none", FREE),
        )
    )


class Ngram(TokenLearner):
    """Counts which words follow which; `NgramVoice` says how it writes from the counts.

    Documents count by their weights. With inertia s the counts are (1 - s) times what it read and
    s times its former self's, scaled to as many words; what has shrunk below 0.0001 documents is
    dropped (an approximation). Open vocabulary: smoothing spreads what it leaves over all words
    there are, and a word comes back when it is read. Closed: over the words it knows; a word that
    it did not read in one generation is the unknown word to all later ones, until re-opened.

    Attributes:
        codes, counts: see `ngram_tables.counted`; None before the first training.
    """

    kind: ClassVar[str] = "ngram"
    Options = NgramOptions

    def __init__(self, domain: Any, options: Any, decoding: Any) -> None:
        super().__init__(domain, options, decoding)
        self.codes: NDArray[np.int64] | None = None
        self.counts: Floats = np.zeros(0)
        self._plain: NgramVoice | None = None
        self._voice: NgramVoice | None = None

    def learn(self, rows: NDArray[Any], weights: Floats, rng: Generator, kept: float) -> None:
        tokens = self.domain.tokens
        rows = self._perceived(rows)
        codes, counts = counted(rows, weights, self.options.order, tokens)
        if kept and self.codes is not None:
            former = self.counts * (kept * counts.sum() / self.counts.sum())
            codes, place = np.unique(np.concatenate([codes, self.codes]), return_inverse=True)
            every = np.concatenate([(1 - kept) * counts, former])
            counts = np.bincount(place, every, codes.size).astype(np.float64)
            met = counts >= LEAST * weights.mean()
            codes, counts = codes[met], counts[met]
        self._set(codes, counts)

    def surprise(self, corpus: Rows) -> Floats:
        return super().surprise(Rows(self._perceived(corpus.rows)))

    def _perceived(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Documents as it reads them: a closed vocabulary knows no other words."""
        if self.options.vocabulary == "open" or self.codes is None or self.reopened:
            return rows
        return np.where(self.known()[rows], rows, UNKNOWN)

    def known(self) -> NDArray[np.bool_]:
        """(V,) words that it has counted, and the end."""
        met = np.zeros(self.domain.tokens, dtype=bool)
        met[END] = True
        if self.codes is not None:
            met[self.codes % self.domain.tokens] = True
        return met

    @property
    def blank(self) -> bool:
        return self.codes is None

    def plain(self) -> NgramVoice:
        if self.codes is None:
            raise ValueError(f"a learner of kind {self.kind!r} that was never fitted has no voice")
        if self._plain is None:
            closed = self.options.vocabulary == "closed"
            self._plain = NgramVoice(
                self.codes,
                self.counts,
                self.known() if closed else np.ones(self.domain.tokens, dtype=bool),
                self.domain.width,
                self.options.order,
                self.options.smoothing,
                self.options.weight,
            )
        return self._plain

    def voice(self) -> NgramVoice:
        temperature, top_p = self.decoding.temperature, self.decoding.top_p
        if temperature == top_p == 1:
            return self.plain()
        if self._voice is None:
            self._voice = replace(self.plain(), temperature=temperature, top_p=top_p)
        return self._voice

    def voice_of(self, state: Mapping[str, NDArray[Any]]) -> NgramVoice:
        temperature, top_p = state["decoding"].tolist()
        return NgramVoice(
            state["codes"],
            state["counts"],
            state["base"],
            self.domain.width,
            self.options.order,
            self.options.smoothing,
            self.options.weight,
            temperature,
            top_p,
        )

    def state(self) -> dict[str, NDArray[Any]]:
        return {} if self.codes is None else {"codes": self.codes, "counts": self.counts}

    def load(self, state: Mapping[str, NDArray[Any]]) -> None:
        if state:
            self._set(np.array(state["codes"]), np.array(state["counts"]))
        else:
            self.codes = self._plain = self._voice = None

    def _set(self, codes: NDArray[np.int64], counts: Floats) -> None:
        self.codes, self.counts = codes, counts
        self._plain = self._voice = None

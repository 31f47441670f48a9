"""Do the documents of a model resemble each other?"""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.meters.meter import Column, Meter
from analysis.prose_view import ProseView
from ecosystem.domains.prose import END
from ecosystem.sampling import Floats


class SelfSimilarity(Meter):
    """Mean cosine between two different documents of a model, as tf-idf vectors of their words.

    A word's weight is how often a document has it, times ln((1 + N) / (1 + d)) + 1, where d of
    the N human documents have it (Salton & Buckley 1988, smoothed as in scikit-learn): what is
    rare among humans counts more. 1 where all documents have the same words, 0 where no two share
    one. Over all pairs of 300 documents; the human value, of as many, stands beside it.
    """

    kind: ClassVar[str] = "self_similarity"
    sees = ProseView
    columns: ClassVar[Mapping[str, Column]] = {
        "self_similarity": Column("Likeness of the documents of a model to each other.", "model"),
        "self_similarity_human": Column("The same of human documents."),
    }

    def measure(self, view: ProseView) -> dict[str, Floats | float]:
        weights = view.word_weights
        return {
            "self_similarity": np.array([similarity(s, weights) for s in view.samples]),
            "self_similarity_human": similarity(view.human_sample, weights),
        }


def similarity(documents: NDArray[Any], weights: Floats) -> float:
    """Mean cosine over all pairs of documents, (n, width) words; NaN for fewer than two.

    Args:
        documents: none of them empty.
        weights: (V,) of each word, above 0.
    """
    n = len(documents)
    if n < 2:
        return float("nan")
    document, place = np.nonzero(documents != END)
    word = documents[document, place]
    vectors = sparse.csr_array((weights[word], (document, word)), shape=(n, weights.size))
    lengths = np.sqrt(vectors.multiply(vectors).sum(axis=1))
    whole = (1 / lengths) @ vectors
    return float((whole @ whole - n) / (n * (n - 1)))

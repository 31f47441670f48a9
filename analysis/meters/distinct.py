"""Repetition: does a model say the same few things again and again?"""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from analysis.meters.meter import Column, Meter
from analysis.prose_view import ProseView
from ecosystem.domains.prose import END
from ecosystem.sampling import Floats

FIRST = 2000
"""So many n-grams of each text are looked at, so that texts of any length can be compared."""


class Distinct(Meter):
    """Distinct-n (Li et al. 2016, arXiv 1510.03055): different n-grams over all n-grams.

    Of the first 2,000 n-grams of 300 documents of a model; none reaches from one document into
    the next. Not defined where there are fewer. The human value of pairs, of as many, stands
    beside it.
    """

    kind: ClassVar[str] = "distinct"
    sees = ProseView
    columns: ClassVar[Mapping[str, Column]] = {
        "distinct_1": Column("Different words over all words of a model.", "model"),
        "distinct_2": Column("Different pairs of words over all pairs of a model.", "model"),
        "distinct_3": Column("Different triples of words over all triples of a model.", "model"),
        "distinct_2_human": Column("Different pairs of words over all pairs of humans."),
    }

    def measure(self, view: ProseView) -> dict[str, Floats | float]:
        found = {
            f"distinct_{n}": np.array([distinct(sample, n) for sample in view.samples])
            for n in (1, 2, 3)
        }
        return {**found, "distinct_2_human": distinct(view.human_sample, 2)}


def distinct(documents: NDArray[Any], n: int, first: int = FIRST) -> float:
    """Distinct-n of the first n-grams of documents; NaN where there are fewer."""
    met = ngrams(documents, n)[:first]
    if len(met) < first:
        return float("nan")
    return float(1 + np.count_nonzero(np.diff(np.sort(met)))) / first  # faster than np.unique


def ngrams(documents: NDArray[Any], n: int) -> NDArray[np.int64]:
    """The n-grams of documents, one after the other, each as one number; ends are no words."""
    met: NDArray[np.int64] = numbered(documents, n)[documents[:, n - 1 :] != END]
    return met


def numbered(documents: NDArray[Any], n: int) -> NDArray[np.int64]:
    """(documents, width - n + 1) n-grams of at most 3 words, each as one number."""
    width = max(0, documents.shape[1] - n + 1)
    numbers = np.zeros((len(documents), width), dtype=np.int64)
    base = int(documents.max(initial=0)) + 1
    for place in range(n if width else 0):
        numbers = numbers * base + documents[:, place : place + width]
    return numbers

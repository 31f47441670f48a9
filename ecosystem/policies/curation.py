"""Curation: a small budget of expert human documents, chosen for coverage."""

from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ecosystem.corpus import Corpus, Counts
from ecosystem.parameter import FREE, about
from ecosystem.policies.policy import Lesson, Policy
from ecosystem.sampling import Floats, Generator


class Curation(Policy):
    """Experts write so many documents, free of error, for every training set of compliant models.

    They look at what was crawled and write on what it covers least: the budget lifts the least read
    items (of those that humans write about at all) to one level, ties by lot. Where documents are
    rows and nobody knows what they are about, the budget goes evenly to all items.

    Expected: it brings outside knowledge in where it is rarest, so that a few documents an item
    keep the tail known, and right; capability on edge cases as well.
    """

    kind: ClassVar[str] = "curation"
    outside: ClassVar[bool] = True

    budget: Annotated[int, Field(ge=0, le=10_000_000)] = Field(
        default=200,
        description="documents that experts write for each training set",
        json_schema_extra=about("documents per step and model", FREE),
    )

    def teach(self, corpus: Corpus, lesson: Lesson) -> Corpus:
        domain = lesson.domain
        read = corpus.read if isinstance(corpus, Counts) else np.zeros(domain.shape[0])
        counts = np.zeros(domain.shape)
        counts[:, 0] = lifted(read, domain.topics > 0, self.budget, lesson.rng)
        written = domain.documents(counts, lesson.rng)
        return type(written).joined([(corpus, 1.0), (written, 1.0)])  # type: ignore[list-item]


def lifted(read: Floats, among: NDArray[np.bool_], budget: int, rng: Generator) -> Floats:
    """(K,) documents that lift the least read items to one level, whole ones.

    Args:
        read: (K,) documents on each item.
        among: (K,) whether it may get any.
        budget: documents in all.
        rng: for ties.
    """
    at = rng.permutation(np.flatnonzero(among))
    order = at[np.argsort(read[at], kind="stable")]
    have, size = np.floor(read[order]), np.arange(1, order.size + 1)
    # lifting the first m items to the level of the next costs so much
    cost = size * np.append(have[1:], np.inf) - np.cumsum(have)
    m = int(np.searchsorted(cost, budget, side="left")) + 1
    level, rest = divmod(budget + have[:m].sum(), m)
    found = np.zeros(read.size)
    found[order[:m]] = level - have[:m]
    found[order[: int(rest)]] += 1
    return found

"""Who reads: a model's diet resolved to the sites it reaches, and those that read together."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ecosystem.diet import Diet
from ecosystem.sampling import Floats
from ecosystem.shelves import Ints


@dataclass(frozen=True, eq=False)
class Reader:
    """A model's diet in one domain, resolved: which sites each take reaches, with what taste.

    Attributes:
        author: the model's row among the authors.
        takes: per take the site rows it can reach and its affinity to each, above 0.
        amounts: per take the documents asked for, times their weight.
        blended: whether one draw from the blend of all takes is the law (see `Diet.blended`).
        bounded: whether what it gets depends on what there is (all, or without replacement).
    """

    name: str
    author: int
    diet: Diet
    takes: tuple[tuple[Ints, Floats], ...]
    amounts: Floats = field(init=False)
    bounded: bool = field(init=False)
    blended: bool = field(init=False)

    def __post_init__(self) -> None:
        asked = [
            take.weight * (take.k if take.k is not None else (take.share or 0.0) * self.diet.n)
            for take in self.diet.takes
        ]
        object.__setattr__(self, "amounts", np.array(asked))
        bounded = any(take.all or not take.replace for take in self.diet.takes)
        object.__setattr__(self, "bounded", bounded)
        object.__setattr__(self, "blended", self.diet.blended)


class Readers(tuple[Reader, ...]):
    """Readers that crawl at the same time, what is the same in every such crawl made once."""

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The row of each reader, by name."""
        return {reader.name: row for row, reader in enumerate(self)}

    @cached_property
    def first_take(self) -> Ints:
        """(readers + 1,) where each reader's takes begin among those of all."""
        return np.concatenate([[0], np.cumsum([len(reader.takes) for reader in self])])

    @cached_property
    def amounts(self) -> Floats:
        """(takes,) documents asked for, times their weight."""
        return np.concatenate([reader.amounts for reader in self])

    @cached_property
    def tastes(self) -> tuple[Floats, Ints, Ints]:
        """The affinities of all takes to sites: data, sites and row ends of a CSR matrix."""
        reach = [take for reader in self for take in reader.takes]
        ends = np.concatenate([[0], np.cumsum([len(sites) for sites, _ in reach])])
        affinities = [affinity for _, affinity in reach]
        return np.concatenate(affinities), np.concatenate([s for s, _ in reach]), ends

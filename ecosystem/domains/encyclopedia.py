"""A field of facts: items that people write about, each with one true value and some wrong ones.

A document says one thing about one item, so a corpus over an encyclopedia is a (K, V) array of
counts: K items, V value slots, slot 0 the truth. Here is the truth and what could be said in
its place; who writes what, and how often it is wrong, is left to the agents.
"""

import difflib
from functools import cached_property
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ecosystem.domains.confusion import Wrong, rule
from ecosystem.domains.domain import Domain
from ecosystem.domains.tables import (
    MOST_ROWS,
    SHIPPED,
    Table,
    find_table,
    natural_order,
    numbered_table,
    read_table,
)
from ecosystem.parameter import CONVENTION, FREE, about

MOST_WRONG = 32
Scalar = TypeVar("Scalar", bound=np.generic)


class Zipf(BaseModel):
    """Items "item 1", ... of weight (rank + shift)^-exponent (Zipf; with a shift, Mandelbrot)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: int = Field(
        ge=1, le=MOST_ROWS, description="number of items", json_schema_extra=about("items", FREE)
    )
    exponent: float = Field(
        default=1.0,
        ge=0,
        le=10,
        description="0: all items alike",
        json_schema_extra=about("none", "Zipf 1949"),
    )
    shift: float = Field(
        default=0.0,
        ge=0,
        le=MOST_ROWS,
        description="makes the first ranks more alike; 2.7 for words",
        json_schema_extra=about("ranks", "Mandelbrot 1953; law A-05"),
    )


class EncyclopediaSpec(BaseModel):
    """What an encyclopedia holds: exactly one of `table`, `weights` and `zipf`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["encyclopedia"] = "encyclopedia"
    table: str | None = Field(
        default=None,
        description='a shipped name ("birds", "history") or the path of a CSV file',
        json_schema_extra=about("none", "AviList 2025; Callaghan et al. 2021 (data/NOTICE.md)"),
    )
    weights: list[Annotated[float, Field(ge=0, allow_inf_nan=False)]] | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_ROWS,
        description='document weights of "item 1", ...; not all 0',
        json_schema_extra=about("relative weight", FREE),
    )
    zipf: Zipf | None = Field(
        default=None,
        description="weights by a power law of the rank",
        json_schema_extra=about("none", "Zipf 1949"),
    )
    wrong_values: int | None = Field(
        default=None,
        ge=0,
        le=MOST_WRONG,
        description=f"the most wrong values an item has; by default {MOST_WRONG} for a table, "
        "else 0",
        json_schema_extra=about("values", CONVENTION),
    )
    wrong: Wrong = Field(
        default="auto",
        description='how wrong values are chosen, see `Encyclopedia`; "near" and "group" need a '
        "table",
        json_schema_extra=about("none", CONVENTION),
    )

    @field_validator("weights")
    @classmethod
    def _weights(cls, weights: list[float] | None) -> list[float] | None:
        if weights is not None and not any(weights):
            raise ValueError("weights are all 0; one of them must be above 0.")
        return weights

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        sources = {"table": self.table, "weights": self.weights, "zipf": self.zipf}
        given = [name for name, source in sources.items() if source is not None]
        if len(given) != 1:
            raise ValueError(
                f"an encyclopedia is given {' and '.join(given) or 'no source'}; "
                f"it must have exactly one of {', '.join(sources)}."
            )
        if self.table is None and self.wrong in ("near", "group"):
            raise ValueError(
                f'wrong is "{self.wrong}" with {given[0]}, whose values are only true or wrong; '
                'it must be "auto" or "uniform", or the source a table.'
            )
        return self

    @property
    def most_wrong(self) -> int:
        """The most wrong values an item has, with the default resolved."""
        if self.wrong_values is not None:
            return self.wrong_values
        return 0 if self.table is None else MOST_WRONG


class Encyclopedia(Domain):
    """K items in G groups with V value slots each: facts with one true value and some wrong ones.

    Wrong values of an item with truth t, at most `wrong_values` of them:

    - near: the whole numbers x nearest to t between the table's smallest and largest value;
      p(x) ~ 1 / |x - t|; the smaller first where two are equally near.
    - group: the table's other values; four fifths of the probability on those that occur in
      the item's own group, one fifth on the others, within each in proportion to the items
      whose value is x. Those of the group are taken first, then the largest; by name where
      equal. A group of one value leaves all to the others.
    - uniform: the table's other values, from t on in order of name and round again; p equal.
      Without a table: "wrong 1", "wrong 2", ... beside "true".
    - auto: near if every value is a whole number, else group; without a table uniform.

    Groups are in natural order ("6th century" before "11th century"), V is 1 + the largest
    number of wrong values of any item, and arrays are read-only. A relative path in
    `spec.table` starts at `folder`, else at the working directory.

    Attributes:
        spec: its settings.
        slots: per item its value labels, the truth first, then the wrong ones likeliest first.

    Raises:
        BadTable: a table that cannot be used.
    """

    kind: ClassVar[str] = "encyclopedia"
    Spec = EncyclopediaSpec

    def __init__(self, name: str, spec: EncyclopediaSpec, folder: Path | None = None) -> None:
        self.name = name
        self.spec = spec
        table = _table(spec, folder)
        self.items = table.names
        self.topics = _shares(table.weights)
        self.groups = tuple(sorted(set(table.groups), key=natural_order))
        place = {group: index for index, group in enumerate(self.groups)}
        self.group_of = _fixed(np.array([place[group] for group in table.groups], dtype=np.int64))
        claims_about = rule(spec.wrong, spec.most_wrong, table, invented=spec.table is None)
        claims = [claims_about(*known) for known in zip(table.values, table.groups, strict=True)]
        self.slots = tuple(labels for labels, _ in claims)
        self.confusion = _stacked([chances for _, chances in claims])
        self._table = table

    @classmethod
    def own_file(cls, spec: EncyclopediaSpec) -> str | None:
        return None if spec.table is None or spec.table in SHIPPED else "table"

    @property
    def digest(self) -> str:
        """sha256 of what the table says, for manifests."""
        return self._table.digest

    def label(self, item: int, slot: int) -> str:
        """What a document in this slot says of the item; raises `IndexError` if there is none."""
        if not 0 <= item < len(self.items):
            raise IndexError(f"item is {item}; {self.name} has items 0 to {len(self.items) - 1}.")
        labels = self.slots[item]
        if not 0 <= slot < len(labels):
            raise IndexError(f"slot is {slot}; {self.items[item]!r} has 0 to {len(labels) - 1}.")
        return labels[slot]

    def index(self, name: str) -> int:
        """The index of an item by name; raises `ValueError` with the nearest name there is."""
        if name in self._index:
            return self._index[name]
        nearest = difflib.get_close_matches(name, self.items, n=1, cutoff=0.5)
        advice = f"did you mean {nearest[0]!r}?" if nearest else f"one is {self.items[0]!r}."
        raise ValueError(f"{self.name} has no item {name!r}; {advice}")

    @cached_property
    def _index(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.items)}


def _table(spec: EncyclopediaSpec, folder: Path | None) -> Table:
    if spec.table is not None:
        return read_table(find_table(spec.table, folder))
    if spec.zipf is None:
        return numbered_table("weights", spec.weights or [])
    ranks = np.arange(1, spec.zipf.items + 1, dtype=np.float64)
    # divided by the first, which changes no share and keeps a steep law above underflow
    weights = ((ranks + spec.zipf.shift) / (1 + spec.zipf.shift)) ** -spec.zipf.exponent
    return numbered_table("zipf", weights.tolist())


def _stacked(chances: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    confusion = np.zeros((len(chances), max(map(len, chances))))
    for row, chance in zip(confusion, chances, strict=True):
        row[: len(chance)] = chance
    return _fixed(confusion)


def _shares(weights: tuple[float, ...]) -> NDArray[np.float64]:
    relative = np.array(weights, dtype=np.float64) / max(weights)  # or the sum could overflow
    return _fixed(relative / relative.sum() + 0.0)


def _fixed(array: NDArray[Scalar]) -> NDArray[Scalar]:
    array.setflags(write=False)
    return array

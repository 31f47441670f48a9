"""Worked exercises: problems with common and rare cases, and answers that code can check."""

import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator

from ecosystem.domains.domain import Ints, RowsDomain
from ecosystem.parameter import CONVENTION, about
from ecosystem.problems import FAMILIES
from ecosystem.sampling import Floats, Generator

FamilyName = Literal[
    "leap years", "days in a month", "roman numerals", "kinds of triangle", "grades", "tax rates"
]
NAMES: tuple[FamilyName, ...] = get_args(FamilyName)
OF_NAME = {family.name: family for family in FAMILIES}
EDGE = 0.1
"""A branch that holds less of its family's problems is an edge case."""
TESTS = 40
"""Problems of a branch in the test."""


class ExercisesSpec(BaseModel):
    """What is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["exercises"] = "exercises"
    families: tuple[FamilyName, ...] = Field(
        default=NAMES,
        min_length=1,
        description="kinds of problem, alike often asked",
        json_schema_extra=about("none", CONVENTION),
    )

    @field_validator("families")
    @classmethod
    def _once(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(given)) < len(given):
            raise ValueError(f"given {given}, allowed each family once")
        return given


class Exercises(RowsDomain):
    """Worked examples: a problem, and an answer that is right or wrong.

    An item is a branch of a family: a case that its rule tells apart, at the share that it has
    of all problems asked. Value 0 is the right answer, value 1 the mistake of taking the
    problem for its neighbour case. A document is a row: the family, the numbers of the problem
    (0 where a family needs fewer), the answer as its place among the family's answers.

    Attributes:
        spec: its settings.
        families: what is asked, in the order of the groups.
        numbers: numbers of a problem in a document.
        edge: (K,) whether an item is an edge case: less than a tenth of its family's problems.
    """

    kind: ClassVar[str] = "exercises"
    form: ClassVar[str] = "exercises"
    Spec = ExercisesSpec

    def __init__(self, name: str, spec: ExercisesSpec, folder: Path | None = None) -> None:
        self.name = name
        self.spec = spec
        self.families = tuple(OF_NAME[name] for name in spec.families)
        self.groups = spec.families
        self.items = tuple(f"{f.name}: {branch}" for f in self.families for branch in f.branches)
        sizes = [len(family.branches) for family in self.families]
        self.group_of: Ints = np.repeat(np.arange(len(sizes)), sizes)
        self._first = np.concatenate([[0], np.cumsum(sizes)])
        within = [
            np.bincount(f.branch_of, weights=f.shares, minlength=size)
            for f, size in zip(self.families, sizes, strict=True)
        ]
        self.edge: NDArray[np.bool_] = np.concatenate(within) < EDGE
        self.topics = np.concatenate(within) / len(sizes)
        self.confusion = np.tile([0.0, 1.0], (len(self.items), 1))
        self.numbers = max(family.problems.shape[1] for family in self.families)
        self.width = self.numbers + 2

    @property
    def digest(self) -> str:
        """sha256 of all problems with their answers."""
        found = hashlib.sha256(json.dumps(self.items).encode())
        for family in self.families:
            for part in (family.problems, family.shares, family.right, family.wrong):
                found.update(np.ascontiguousarray(part).tobytes())
        return found.hexdigest()

    def label(self, item: int, slot: int) -> str:
        """The answer to the example of an item, if it is right (slot 0) or the mistake (slot 1)."""
        family = self.families[int(self.group_of[item])]
        place = self._examples[item]
        code = int((family.wrong if slot else family.right)[place])
        return family.said(code, *family.problems[place].tolist())

    def examples(self) -> Floats:
        """(K, width) a problem of each item, rightly answered, the same every time."""
        each = enumerate(self._examples)
        return np.concatenate([self._rows(i, np.array([place])) for i, place in each])

    def human(self, cell: int, n: int, rng: Generator) -> Floats:
        item, slot = divmod(cell, 2)
        places = np.searchsorted(self._cumulated[item], rng.random(n), side="right")
        return self._rows(item, self._of_item[item][places], bool(slot))

    def reference(self) -> Floats:
        """The test: 40 problems of every branch as often as they are asked, rightly answered.

        A problem that is asked more often stands in it several times.
        """
        return self._test[0]

    def labels(self) -> Ints:
        """(documents,) the item of each document of `reference`."""
        return self._test[1]

    def items_of(self, rows: Floats) -> Ints:
        """(n,) the item of each document; -1 where it is no problem of any family."""
        return self._checked(rows)[0]

    def execute(self, rows: Floats) -> NDArray[np.bool_]:
        """(n,) whether each worked example comes out right when its problem is solved by code."""
        return self._checked(rows)[1]

    def correct(self, corpus: Any) -> NDArray[np.bool_]:
        return self.execute(corpus.rows)

    def tally(self, rows: Floats, weights: Floats) -> Floats:
        """(K, 2) right and wrong documents on each item, by their weights."""
        items, right = self._checked(rows)
        place, found = 2 * items + ~right, items >= 0
        counts = np.bincount(place[found], weights=weights[found], minlength=2 * len(self.items))
        return np.asarray(counts, dtype=np.float64).reshape(-1, 2)

    def look(self, family: int, rows: Floats) -> Floats:
        """(n, features) what a solver looks at in problems of one family."""
        found = self.families[family]
        places = found.places(rows[:, 1 : 1 + found.problems.shape[1]])
        return found.features[places]

    def words(self, row: Floats) -> tuple[str, str, bool]:
        """A document as its question, its answer, and whether that is right."""
        family = self.families[int(row[0])]
        problem = [int(x) for x in row[1 : 1 + family.problems.shape[1]]]
        said = family.said(int(row[-1]), *problem)
        return family.question(*problem), said, bool(self.execute(row[None])[0])

    # ------------------------------------------------------------------ how

    def _rows(self, item: int, places: Ints, mistaken: bool = False) -> Floats:
        group = int(self.group_of[item])
        family = self.families[group]
        rows = np.zeros((places.size, self.width))
        rows[:, 0] = group
        rows[:, 1 : 1 + family.problems.shape[1]] = family.problems[places]
        rows[:, -1] = (family.wrong if mistaken else family.right)[places]
        return rows

    def _checked(self, rows: Floats) -> tuple[Ints, NDArray[np.bool_]]:
        """The item of each document, and whether it is right."""
        items, right = np.full(len(rows), -1), np.zeros(len(rows), dtype=bool)
        for group, family in enumerate(self.families):
            mine = np.flatnonzero(rows[:, 0] == group)
            places = family.places(rows[mine, 1 : 1 + family.problems.shape[1]])
            mine, places = mine[places >= 0], places[places >= 0]
            items[mine] = self._first[group] + family.branch_of[places]
            right[mine] = family.right[places] == rows[mine, -1]
        return items, right

    @cached_property
    def _of_item(self) -> list[Ints]:
        """Places of the problems of every item among those of its family."""
        return [
            np.flatnonzero(family.branch_of == branch)
            for family in self.families
            for branch in range(len(family.branches))
        ]

    @cached_property
    def _cumulated(self) -> list[Floats]:
        """Cumulated shares, to 1, of the problems of every item."""
        found = []
        for group, places in zip(self.group_of.tolist(), self._of_item, strict=True):
            cumulated = np.cumsum(self.families[group].shares[places])
            found.append(cumulated / cumulated[-1])
        return found

    @cached_property
    def _examples(self) -> list[int]:
        """The place of the problem in the middle of each item, as often as they are asked."""
        middle = [int(np.searchsorted(cumulated, 0.5)) for cumulated in self._cumulated]
        return [int(of[at]) for of, at in zip(self._of_item, middle, strict=True)]

    @cached_property
    def _test(self) -> tuple[Floats, Ints]:
        """Evenly spaced in the cumulated shares of problems in a random order, always the same."""
        rng = np.random.Generator(np.random.Philox(3))
        rows = []
        for item, places in enumerate(self._of_item):
            order = rng.permutation(places)
            cumulated = np.cumsum(self.families[int(self.group_of[item])].shares[order])
            wanted = (np.arange(TESTS) + 0.5) / TESTS * cumulated[-1]
            rows.append(self._rows(item, order[np.searchsorted(cumulated, wanted)]))
        return np.concatenate(rows), np.repeat(np.arange(len(self.items)), TESTS)

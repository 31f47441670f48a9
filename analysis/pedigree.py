"""Inbreeding in a pedigree: Wright's F of people, by the same rules as that of models.

A person is a sample of two documents, one from each parent by quota; see `ecosystem.kinship`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from ecosystem.kinship import Kinship
from ecosystem.parentage import Born

COLUMNS = ("id", "father", "mother")
HABSBURG = Path(__file__).parents[1] / "data" / "habsburg_pedigree.csv"
"""People around Charles II of Spain; good for a demonstration, not a genealogical authority."""


@dataclass(frozen=True)
class Pedigree:
    """Who descends from whom.

    Attributes:
        people: a row a person, indexed by id: father and mother (ids, "" where not known), name
            (the id where the file has none), and whatever else the file says.
    """

    people: pd.DataFrame

    @classmethod
    def read(cls, path: Path | str = HABSBURG) -> Self:
        """A pedigree from a CSV file with the columns id, father and mother.

        Raises:
            ValueError: the file is none, or describes no pedigree.
        """
        try:
            people = pd.read_csv(path, dtype=str, keep_default_na=False)
        except (OSError, ValueError) as error:
            raise ValueError(
                f"pedigree: given {path}, which cannot be read as a CSV file "
                f"({type(error).__name__})"
            ) from error
        missing = [column for column in COLUMNS if column not in people]
        if missing:
            raise ValueError(
                f"pedigree: given {Path(path).name} without the column {missing[0]!r}, allowed a "
                "file with the columns id, father and mother"
            )
        return cls.of(people)

    @classmethod
    def of(cls, people: pd.DataFrame) -> Self:
        """A pedigree from a table; people in any order.

        Raises:
            ValueError: an id that is empty or there twice, a parent who is not in the table, or
                somebody who descends from themselves.
        """
        named = people.assign(**{c: people[c].astype(str).str.strip() for c in COLUMNS})
        if named.empty:
            raise ValueError("pedigree: given nobody, allowed one person or more")
        for person in named.loc[named["id"].duplicated() | (named["id"] == ""), "id"]:
            raise ValueError(f"pedigree: given the id {person!r} more than once or empty")
        table = named.set_index("id")
        for parent in ("father", "mother"):
            unknown = ~table[parent].isin(table.index) & (table[parent] != "")
            for person, who in table.loc[unknown, parent].items():
                raise ValueError(
                    f"pedigree: given {who!r} as the {parent} of {person!r}, who is not in it; "
                    "allowed the id of a row, or nothing where not known"
                )
        made = cls(table if "name" in table else table.assign(name=table.index))
        try:
            made._order()
        except CycleError as error:
            raise ValueError(
                f"pedigree: given a cycle, {' -> '.join(error.args[1])}; allowed people who do not "
                "descend from themselves"
            ) from error
        return made

    def part(self, ids: Iterable[str]) -> "Pedigree":
        """Some people with all that is known of them, and their parents as founders."""
        chosen = self.people.loc[list(ids)]
        parents = set(chosen["father"]) | set(chosen["mother"])
        founders = self.people.loc[sorted(parents - set(chosen.index) - {""})]
        both = pd.concat([chosen, founders.assign(father="", mother="")])
        return Pedigree.of(both.reset_index())

    def inbreeding(self) -> pd.Series:
        """F of everybody, by id: 0 (not inbred) to 1.

        The chance that the two alleles of a person are copies of one founder's allele (Wright
        1922). Founders, and parents that are not known, count as unrelated and not inbred, so it
        grows with what is known: see `horizon`.
        """
        kinship, count = Kinship(), 0
        number: dict[str, int] = {}
        for person in self._order():
            known = self._parents(person)
            parents = [number[parent] for parent in known if parent]
            if len(parents) == 1:  # the other is somebody of whom nothing is known
                kinship.add(_person(count, []))
                parents.append(count)
                count += 1
            kinship.add(_person(count, parents))
            number[person] = count
            count += 1
        found = np.concatenate([fresh.inbreeding for fresh in kinship.drain()])
        index = pd.Index(number, name="id")
        return pd.Series(found[list(number.values())], index=index, name="inbreeding")

    def horizon(self) -> pd.Series:
        """Generations of known ancestors of everybody, by id: how far F can see.

        Equivalent complete generations: the sum over known ancestors, n generations back, of
        (1/2)^n (Maignel et al. 1996); 2 where all grandparents and nobody else is known.
        """
        found: dict[str, float] = {}
        for person in self._order():
            known = [found[p] + 1 for p in self._parents(person) if p]
            found[person] = sum(known) / 2
        return pd.Series(found, name="horizon").rename_axis("id")

    def _parents(self, person: str) -> tuple[str, str]:
        return str(self.people.at[person, "father"]), str(self.people.at[person, "mother"])

    def _order(self) -> list[str]:
        """Parents before their children."""
        of: Mapping[str, set[str]] = {
            person: set(self._parents(person)) - {""} for person in self.people.index
        }
        return list(TopologicalSorter(of).static_order())


def _person(number: int, parents: Sequence[int]) -> Born:
    """Two alleles: one from each parent, or those of a founder."""
    return Born(
        numbers=np.array([number]),
        kind=np.array(["training"]),
        law=np.array(["exact"]),
        documents=np.array([2.0]),
        invented=np.zeros(1),
        novel=np.zeros(1),
        site=np.array([""]),
        degrees=np.array([len(parents)]),
        parents=np.array(parents, dtype=np.int64),
        shares=np.full(len(parents), 0.5),
        topics={},
    )

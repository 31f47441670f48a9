"""The descent of one claim: the events that brought it about, and its documents by event.

An event is an author that comes to assert the claim: a model generation, or a human community.
Who took it from whom makes a forest. Documents carry the event that wrote them, so that whoever
reads one can be told from whom it has the claim.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecosystem import piles, sampling
from ecosystem.draws import Draws
from ecosystem.sampling import Floats, Generator
from ecosystem.shelves import Ints

if TYPE_CHECKING:
    from ecosystem.stock import Stock

EVENTS = {
    "event": "int64",
    "parent": "int64",
    "origin": "int64",
    "domain": "str",
    "item": "str",
    "value": "str",
    "slot": "int64",
    "truth": "str",
    "step": "int64",
    "until": "int64",
    "author": "str",
    "generation": "int64",
    "kind": "str",
    "site": "str",
    "source": "str",
    "share": "float64",
    "documents": "float64",
}
"""Columns of the table of events.

event: its number within its claim, in the order of recording, so parents have lower ones.
parent: the event it was taken from, -1 for an origin. origin: the event its line begins with.
value, slot: what is asserted, and the domain's slot of it; truth: what is true instead.
step: when its author came to assert it (all rounds of a first training count as step 0).
until: when the author became another self, or asserted it no more; -1 while it still does.
author, generation: who; -1 for humans. kind: see `KINDS`.
site: where the document that it read was standing; source: the author that it took it from.
share: of what its author writes on the item, the part that asserts the claim, after decoding.
documents: published under this event until the end (expected ones on unlimited sites).
"""

KINDS = {
    "invented": "a model guessed it where evidence was thin: an origin",
    "read": "a model read it in a document",
    "kept": "a model has it from its former self (inertia, or nothing new was read)",
    "human error": "a human community wrote it by mistake: an origin, one for each community",
    "start": "a model was begun with it: by the errors of the humans it copies, or an origin",
    "learnt": "a human community learnt it by asking a model",
    "brought in": "nothing that stood on the web explains it (a policy taught it): an origin",
}
NEGLIGIBLE = 1e-12
"""Of a claim's expected documents on an unlimited shelf: what an event has less of is dropped."""


@dataclass(frozen=True)
class Taken:
    """Where an author has a claim from.

    Attributes:
        kind: one of `KINDS`.
        parent: number of the event it was taken from, -1 for an origin.
        site: where the document that was read was standing.
        source: the author it was taken from.
    """

    kind: str
    parent: int = -1
    site: str = ""
    source: str = ""


class Descent:
    """Events and documents of one claim.

    On finite shelves documents are whole, and which of them leave (retention) or get a mark is
    drawn as it was for the shelf: one draw from the law of who wrote what, given how many
    documents there are. On unlimited ones they are expected and in proportion.

    Attributes:
        item, slot: the claim; `cell` its place among items x values.
        holds: (authors,) the event each author now writes it from, -1 for none.
        copies: by shelf, the events that its documents stem from and how many of each.

    Args:
        stock: where the claim's documents stand.
        item, slot: the claim.
        draws: streams of its own; those it uses are keyed by the claim, so that what else is
            watched does not matter.
    """

    def __init__(self, stock: "Stock", item: int, slot: int, draws: Draws) -> None:
        domain = stock.domain
        self.stock = stock
        self.item, self.slot = item, slot
        self.cell = item * domain.shape[1] + slot
        self.holds = np.full(len(stock.authors), -1, dtype=np.int64)
        self.copies: dict[int, tuple[Ints, Floats]] = {}
        self._draws = draws
        self._claim: dict[str, Any] = {
            "domain": domain.name,
            "item": domain.items[item],
            "value": domain.label(item, slot),
            "slot": slot,
            "truth": domain.label(item, 0),
        }
        self._name = f"{domain.name}:{domain.items[item]}={self._claim['value']}"
        self._events: dict[str, list[Any]] = {
            name: [] for name in EVENTS if name not in self._claim
        }
        self._taken: dict[int, Taken] = {}
        self._erred: dict[int, int] = {}

    def stream(self, decision: str, step: int, who: str) -> Generator:
        """A random stream of this claim, valid until this thread's next call."""
        return self._draws.stream(decision, step, who, self._name)

    # ------------------------------------------------------------------ authors

    def share(self, author: int) -> float:
        """Share of what an author writes on the item that asserts the claim."""
        stock = self.stock
        said = stock.voices[author].reshape(stock.domain.shape)[self.item]
        total = float(said.sum())
        return float(said[self.slot]) / total if total > 0 else 0.0

    def kept(self, author: int) -> Taken:
        """What an author that keeps the claim has it from: its former self."""
        held = int(self.holds[author])
        if held >= 0:
            return Taken("kept", held, source=self.stock.authors[author])
        return self._taken.get(author, Taken("brought in"))

    def read(self, rng: Generator, shelves: Ints, chances: Floats) -> Taken:
        """The document that a reader has the claim from, drawn among those that stand.

        Args:
            rng: the reader's stream.
            shelves: those it reads.
            chances: (shelves,) relative chance of each document of a shelf.
        """
        standing = [self.copies.get(shelf) for shelf in shelves.tolist()]
        held = np.array([0.0 if copies is None else copies[1].sum() for copies in standing])
        pull = held * chances
        if not pull.any():
            return Taken("brought in")
        at = one(rng, pull)
        events, documents = self.copies[int(shelves[at])]
        parent = int(events[one(rng, documents)])
        site = self.stock.sites[self.stock.shelves[shelves[at]].site].name
        return Taken("read", parent, site, str(self._events["author"][parent]))

    def become(self, author: int, step: int, taken: Taken | None, generation: int) -> None:
        """An author's next self, which has the claim from somewhere, or not at all (None).

        A model whose decoding drops the claim is no event; what its next self keeps has the
        source it had. Humans are events once their documents stand (`_event`).
        """
        self._leave(author, step)
        self._taken.pop(author, None)
        if taken is None:
            return
        self._taken[author] = taken
        if generation >= 0 and self.share(author) > 0:
            self._event(author, step, generation)

    def blamed(self, author: int, step: int) -> Taken:
        """A human community's error as what somebody started with or was fitted to."""
        return Taken("read", self._event(author, step), source=self.stock.authors[author])

    def _event(self, author: int, step: int, generation: int = -1) -> int:
        """The event an author writes the claim from, recorded when it is first needed."""
        if self.holds[author] >= 0:
            return int(self.holds[author])
        taken = self._taken.get(author)
        if taken is None and author in self._erred:  # humans back at their own mistakes
            number = self._erred[author]
            self._events["until"][number] = -1
        else:
            number = len(self._events["event"])
            if taken is None:
                taken, self._erred[author] = Taken("human error"), number
            recorded = {
                "event": number,
                "parent": taken.parent,
                "origin": number if taken.parent < 0 else self._events["origin"][taken.parent],
                "step": max(step, 0),
                "until": -1,
                "author": self.stock.authors[author],
                "generation": generation,
                "kind": taken.kind,
                "site": taken.site,
                "source": taken.source,
                "share": self.share(author),
                "documents": 0.0,
            }
            for name, column in self._events.items():
                column.append(recorded[name])
        self.holds[author] = number
        return number

    def _leave(self, author: int, step: int) -> None:
        held = int(self.holds[author])
        if held >= 0:
            self._events["until"][held] = max(step, 0)
            self.holds[author] = -1

    # ------------------------------------------------------------------ documents

    def publish(self, row: int, authors: Ints, amounts: Floats, step: int) -> None:
        """New documents on a shelf, so many by each author."""
        writing = np.flatnonzero(amounts > 0)
        if not writing.size:
            return
        numbers = np.array([self._event(int(authors[at]), step) for at in writing])
        for number, amount in zip(numbers.tolist(), amounts[writing].tolist(), strict=True):
            self._events["documents"][number] += amount
        self._put(row, numbers, amounts[writing])

    def age(self, step: int) -> None:
        """Leave so many documents on every shelf as are left there."""
        for row, (events, documents) in list(self.copies.items()):
            left, held = float(self.stock.cells[row, self.cell]), float(documents.sum())
            if left != held:
                rng = self.stream("lineage:age", step, self.stock.key(row))
                self._set(row, events, self.some(rng, row, documents, left))

    def move(self, row: int, onto: int, amount: float, step: int) -> None:
        """Documents that got a mark go to the shelf of that mark."""
        if amount <= 0:
            return
        events, documents = self.copies[row]
        who = f"{self.stock.key(row)}>{self.stock.key(onto)}"
        moved = self.some(self.stream("lineage:mark", step, who), row, documents, amount)
        self._set(row, events, documents - moved)
        self._put(onto, events, moved)

    def some(self, rng: Generator, row: int, documents: Floats, amount: float) -> Floats:
        """So many of a shelf's documents: drawn without replacement, or in proportion."""
        if documents.size == 1:
            return np.array([amount])
        if self.stock.endless(row):
            return np.asarray(documents * (amount / documents.sum()))
        return piles.without_replacement(rng, documents, round(amount))

    def by_origin(self) -> dict[int, float]:
        """Documents that stand on the web, by the origin of their line."""
        found: dict[int, float] = {}
        for events, documents in self.copies.values():
            for event, amount in zip(events.tolist(), documents.tolist(), strict=True):
                origin = self._events["origin"][event]
                found[origin] = found.get(origin, 0.0) + amount
        return found

    def _put(self, row: int, events: Ints, amounts: Floats) -> None:
        old = self.copies.get(row)
        if old is not None:
            events, amounts = np.append(old[0], events), np.append(old[1], amounts)
        numbers, place = np.unique(events, return_inverse=True)
        self._set(row, numbers, np.bincount(place, amounts).astype(np.float64))

    def _set(self, row: int, events: Ints, documents: Floats) -> None:
        least = NEGLIGIBLE * documents.sum() if self.stock.endless(row) else 0.0
        live = documents > least
        if live.any():
            self.copies[row] = events[live], documents[live]
        else:
            self.copies.pop(row, None)

    # ------------------------------------------------------------------ table

    def events(self) -> pd.DataFrame:
        """All events so far, in the order of recording; columns as in `EVENTS`."""
        size = len(self._events["event"])
        constant = {name: [value] * size for name, value in self._claim.items()}
        return typed(EVENTS, self._events | constant)


def typed(columns: Mapping[str, str], given: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """A table of columns of these names and types, in this order, however few rows there are."""
    return pd.DataFrame({name: given.get(name, []) for name in columns}).astype(dict(columns))


def one(rng: Generator, weights: Floats) -> int:
    """One place, drawn in proportion to weights (not negative, sum above 0)."""
    return int(sampling.categorical(rng, 1, weights).argmax())

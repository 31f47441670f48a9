"""What meters look at: one domain of the world at one step, with shared figures computed once."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.domains.domain import Domain
from ecosystem.ecosystem import Ecosystem
from ecosystem.kinship import Kinship
from ecosystem.sampling import Floats, totals
from ecosystem.stock import Stock

ONE_DOCUMENT = 1 - 1e-9
CACHED_CELLS = 2**15


class DomainView:
    """One domain as it stands after a step, whatever its documents are.

    Attributes:
        world: the world it is in.
        step: of the row.
        domain: the field of knowledge.
        stock: its documents.
        models: the models present that learn this domain, M of them.
        rows: (M,) their places among the authors.
        documents: (M,) how many each last read.
        memory: what a meter keeps from row to row, arrays over all authors.
    """

    def __init__(self, world: Ecosystem, domain: str, memory: dict[str, Floats]) -> None:
        self.world = world
        self.step = world.steps
        self.domain: Any = world.domains[domain]
        self.stock: Any = world.stocks[domain]
        self.memory = memory
        self.models: list[Any] = [m for m in world.present() if domain in m.learners]
        self.rows = np.array([model.row for model in self.models], dtype=np.int64)
        self.documents = world.read_documents[domain][self.rows]

    def has(self, figure: str) -> bool:
        """Whether a figure was computed already, so that using it costs nothing."""
        return figure in vars(self)

    @property
    def kinship(self) -> Kinship | None:
        """Kinship between all that is live; None where the run does not keep it."""
        return self.world.ledger.kinships.get(self.domain.name)

    @cached_property
    def kin(self) -> Floats:
        """(2, M, M) kinship between what the models know now, by descent and by topic."""
        assert self.kinship is not None, "the run keeps no kinship"
        return self.kinship.between(self.stock.author_node[self.rows])


class View(DomainView):
    """A domain of counts.

    "Producible" means at least one expected document among as many as the model last read
    (the web: at least one document standing), since smoothing keeps every share above 0.
    """

    domain: Domain
    stock: Stock

    @cached_property
    def cells(self) -> Floats:
        """(M, K, V) what each model writes; read-only."""
        rows: NDArray[np.int64] | slice = self.rows
        if self.rows.size and np.array_equal(self.rows, self.rows[0] + np.arange(self.rows.size)):
            rows = slice(self.rows[0], self.rows[-1] + 1)  # not copied
        cells = self.stock.voices[rows].reshape(len(self.models), *self.domain.shape)
        cells.setflags(write=False)
        return cells

    @cached_property
    def topics(self) -> Floats:
        """(M, K) share of each item in what each model writes."""
        return self.cells[:, :, 0] if self.domain.shape[1] == 1 else totals(self.cells)

    @cached_property
    def false(self) -> Floats:
        """(M, K) share of what each model writes that is false, by item."""
        return self.topics - self.cells[:, :, 0]

    @cached_property
    def pooled(self) -> Floats:
        """(K,) the mean of the models' topics, 0 where there are none."""
        if not self.models:
            return np.zeros(self.domain.shape[0])
        return np.asarray(self.topics.mean(axis=0))

    @cached_property
    def group_topics(self) -> Floats:
        """(M, G) the topics over groups."""
        return self.by_group(self.topics)

    @cached_property
    def producible(self) -> NDArray[np.bool_]:
        """(M, K) whether a model still speaks of an item."""
        least = np.full(self.documents.size, np.inf)
        np.divide(ONE_DOCUMENT, self.documents, out=least, where=self.documents > 0)
        return self.topics >= least[:, None]

    @cached_property
    def web(self) -> Floats:
        """(K, V) documents standing on the web."""
        return self.stock.cells[: len(self.stock.shelves)].sum(axis=0).reshape(self.domain.shape)

    @cached_property
    def web_topics(self) -> Floats:
        """(K,) documents on each item."""
        return self.web.sum(axis=1)

    @cached_property
    def leading(self) -> NDArray[np.int64]:
        """(M, K) the slot each model asserts most on an item; the truth wins a tie; -1 unknown."""
        slots = 0 if self.domain.shape[1] == 1 else self.cells.argmax(axis=2)
        return np.where(self.producible, slots, -1)

    @cached_property
    def wrong(self) -> NDArray[np.bool_]:
        """(M, K) whether a wrong value is the one a model asserts most."""
        return self.leading > 0

    @cached_property
    def votes(self) -> NDArray[np.int64]:
        """(K, V) how many models assert each wrong value most of all values of its item."""
        items, values = self.domain.shape
        claims = (np.arange(items) * values + self.leading)[self.wrong]
        return np.bincount(claims, minlength=items * values).reshape(items, values)

    @cached_property
    def web_leading(self) -> NDArray[np.int64]:
        """(K,) the same for the web."""
        return np.where(self.web_topics >= ONE_DOCUMENT, self.web.argmax(axis=1), -1)

    @cached_property
    def rare_half(self) -> NDArray[np.int64]:
        """The rarest half of items by true weight."""
        return self.domain.rarest(0.5)

    @cached_property
    def entropy(self) -> Floats:
        """(M,) Shannon entropy of topics, in nats."""
        return entropies(self.topics)

    @cached_property
    def hill_1(self) -> Floats:
        """(M,) exp of the Shannon entropy of topics."""
        return np.exp(self.entropy)

    @cached_property
    def squares(self) -> Floats:
        """(M,) sums of squared topic shares."""
        return np.einsum("ij,ij->i", self.topics, self.topics)

    @cached_property
    def tail_coverage(self) -> Floats:
        """(M,) share of the rarest half of items that a model still speaks of."""
        return self.producible[:, self.rare_half].mean(axis=1)

    def by_group(self, per_item: Floats) -> Floats:
        """Sums over the items of each group: (..., K) to (..., G)."""
        member = np.zeros((len(self.domain.groups), len(self.domain.items)))
        member[self.domain.group_of, np.arange(len(self.domain.items))] = 1.0
        return np.asarray(per_item @ member.T)


def by_rows(measure: Callable[[Floats], Floats], table: Floats) -> Floats:
    """A figure of each row of (M, K), taken some rows at a time so that they stay in cache."""
    height = max(1, CACHED_CELLS // max(1, table.shape[1]))
    parts = [measure(table[i : i + height]) for i in range(0, table.shape[0], height)]
    return np.concatenate(parts) if parts else np.empty(0)


def entropies(shares: Floats) -> Floats:
    """(M,) Shannon entropy of the rows of (M, k), in nats."""
    return by_rows(
        lambda rows: -np.einsum("ij,ij->i", rows, np.log(np.where(rows > 0, rows, 1.0))), shares
    )


def share(part: Floats | float, whole: Floats | float) -> Any:
    """Part / whole, NaN where there is nothing to take a share of."""
    part, whole = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)

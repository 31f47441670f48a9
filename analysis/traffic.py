"""Who published where and who read where, step by step: from a living world, or from a run.

All domains are added together. What is published counts with its author, so text that a
community passes off as its own counts with the model that wrote it (as in the ledger). At the
start, step 0, nothing is published or read in a step yet.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.network import Authors, ledger
from analysis.run import Run
from ecosystem.domains.tables import natural_order
from ecosystem.ecosystem import Ecosystem

Floats = NDArray[np.float64]


class Cast(NamedTuple):
    """The names of all members of a scenario, in the order of the world's rows."""

    communities: tuple[str, ...]
    sites: tuple[str, ...]
    models: tuple[str, ...]

    @property
    def authors(self) -> tuple[str, ...]:
        """Communities, then models."""
        return self.communities + self.models


@dataclass(frozen=True)
class Traffic:
    """The documents that moved in one step.

    Attributes:
        step: the step.
        cast: who there is.
        published: (authors, sites) documents that came to stand on each site, by author.
        read: (models, sites, 2) documents that each model's training set expects from each
            site, by humans and by models: the probabilities of the draw times its size.
    """

    step: int
    cast: Cast
    published: Floats
    read: Floats


def groups(specs: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The members of groups of a scenario as plain data, each with its group's name."""
    found: dict[str, str] = {}
    for group in specs:
        count = int(group.get("count", 1))
        if count == 1:
            found[group["name"]] = group["name"]
        else:
            found |= {f"{group['name']}-{i}": group["name"] for i in range(1, count + 1)}
    return found


def cast(scenario: Mapping[str, Any]) -> Cast:
    """Who there is in a scenario as plain data."""
    communities, models = (
        tuple(sorted(groups(scenario.get(key, ())), key=natural_order))
        for key in ("humans", "models")
    )
    return Cast(communities, tuple(groups(scenario.get("sites", ()))), models)


def traffic(world: Ecosystem) -> Traffic:
    """The traffic of the step that a world has just taken."""
    stock = next(iter(world.stocks.values()))
    every = world.models()
    models = {model.row: place for place, model in enumerate(every)}
    names = [model.name for model in every]
    humans = tuple(name for row, name in enumerate(stock.authors) if row not in models)
    who = Cast(humans, tuple(site.name for site in world.sites), tuple(names))
    shape = len(stock.authors), len(world.sites)
    published, read = np.zeros(shape), np.zeros((len(names), shape[1], 2))
    for name, stock in world.stocks.items() if world.steps > 0 else ():
        posted = stock.posted.tocoo()
        np.add.at(published, (posted.col, stock.site_of[posted.row]), posted.data)
        crawl = world.crawls.get(name)
        if crawl is None:
            continue
        synthetic = np.array([shelf.synthetic for shelf in stock.shelves], dtype=np.int64)
        place = [models[reader.author] for reader in crawl.readers]
        fed = np.array([every[at].training[name].size for at in place])
        drawn = crawl.shares.tocoo()
        at = np.array(place)[drawn.row], stock.site_of[drawn.col], synthetic[drawn.col]
        np.add.at(read, at, drawn.data * fed[drawn.row])
    return Traffic(world.steps, who, published, read)


def recorded(run: Run) -> list[Traffic]:
    """The traffic of every step of a run, from step 1 on, from its ledger.

    Raises:
        ValueError: the run kept no ledger, or one that is damaged.
    """
    found = ledger(run)
    authors, last, who = Authors(found, None), found.last_step, cast(run.scenario)
    batches, sets = authors.batches(1, last), authors.training_sets(1, last)
    written, drawn = authors.writers(batches).tocoo(), authors.shelves(sets)
    site = _places(found.nodes["site"].fillna(""), who.sites)
    shape = len(who.authors), len(who.sites)
    published = _by_step(
        batches["step"].to_numpy()[written.row],
        _places(authors.names, who.authors)[written.col],
        site[batches["node"].to_numpy()[written.row]],
        written.data * batches["documents"].to_numpy()[written.row],
        (last, *shape),
    )
    synthetic = found.nodes["synthetic"].fillna(False).to_numpy(dtype=np.int64)[drawn.col]
    read = _by_step(
        sets["step"].to_numpy()[drawn.row],
        _places(sets["name"], who.models)[drawn.row],
        np.where(site[drawn.col] < 0, -1, 2 * site[drawn.col] + synthetic),
        drawn.data * sets["documents"].to_numpy()[drawn.row],
        (last, len(who.models), 2 * shape[1]),
    )
    return [
        Traffic(step, who, published[step - 1], read[step - 1].reshape(-1, shape[1], 2))
        for step in range(1, last + 1)
    ]


def _places(names: Iterable[str], of: tuple[str, ...]) -> NDArray[np.int64]:
    """The place of each name among some, -1 where it is none of them."""
    place = {name: at for at, name in enumerate(of)}
    return np.array([place.get(name, -1) for name in names], dtype=np.int64)


def _by_step(
    step: NDArray[Any], row: NDArray[Any], column: NDArray[Any], documents: Floats, shape: Any
) -> Floats:
    """(steps, rows, columns) sums of documents; those without a place are left out."""
    known = (row >= 0) & (column >= 0) & np.isfinite(documents)
    at = np.ravel_multi_index((step[known] - 1, row[known], column[known]), shape)
    total = np.bincount(at, documents[known], int(np.prod(shape)))
    return np.asarray(total, dtype=np.float64).reshape(shape)

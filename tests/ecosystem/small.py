"""Small worlds, and many of them at once: members of a group are replicates that never meet."""

from pathlib import Path
from typing import Any

import numpy as np

from agents.model_agent import ModelAgent
from ecosystem.corpus import Counts
from ecosystem.ecosystem import Ecosystem
from ecosystem.sampling import Floats
from scenarios.build import build
from scenarios.scenario import Scenario

DOMAIN = "d"
TOPICS = (0.5, 0.3, 0.2)
ENDLESS = {"documents": "unlimited", "retention": "latest"}
FACTS = {"kind": "encyclopedia", "weights": list(TOPICS), "wrong_values": 2}
WORDS = {"kind": "encyclopedia", "weights": list(TOPICS)}
IDLE = {"name": "idle", "start": "truth", "diet": {"n": 1}, "join": 99}
"""A model that is never there, since a scenario must have one."""


def human(name: str = "people", **fields: Any) -> dict[str, Any]:
    return {"name": name, "error": 0.0, **fields}


def speaker(name: str, item: int, items: int = 3, **fields: Any) -> dict[str, Any]:
    """A model that says one item and nothing else, and never learns."""
    topics = [float(k == item) for k in range(items)]
    start = {"kind": "given", "topics": {DOMAIN: topics}}
    return {"name": name, "start": start, "every": 10**6, "diet": {"n": 1}, **fields}


def reader(name: str = "m", **diet: Any) -> dict[str, Any]:
    return {"name": name, "start": "truth", "diet": diet}


def scenario(folder: Path | None = None, **fields: Any) -> Scenario:
    """A quiet scenario: no meters, no items, no ledger, one domain `d`."""
    return Scenario.parse(
        {
            "name": "small",
            "seed": 7,
            "steps": 9,
            "meters": [],
            "items": False,
            "ledger": False,
            "domains": {DOMAIN: FACTS},
            "sites": [{"name": "web-site"}],
            "models": [IDLE],
            **fields,
        },
        folder,
    )


def world(steps: int = 0, folder: Path | None = None, **fields: Any) -> Ecosystem:
    """The world of such a scenario after some steps."""
    made = build(scenario(folder, **fields))
    for _ in range(steps):
        made.step()
    return made


def agent(world: Ecosystem, name: str) -> Any:
    return next(a for a in world.agents if a.name == name)


def group(world: Ecosystem, name: str) -> list[ModelAgent]:
    """The models NAME, or NAME-1, NAME-2, ..."""
    return [a for a in world.agents if a.synthetic and a.name.rpartition("-")[0] in (name,)]


def training(world: Ecosystem, name: str, domain: str = DOMAIN) -> list[Counts]:
    """What every member of a group last drew."""
    found = [model.training[domain] for model in group(world, name)]
    assert found, f"no model is of the group {name!r}"
    return found


def read(world: Ecosystem, name: str, domain: str = DOMAIN) -> Floats:
    """(members, items, values) the same as counts."""
    return np.array([corpus.cells for corpus in training(world, name, domain)])


def shares(world: Ecosystem, name: str, domain: str = DOMAIN) -> dict[str, float]:
    """The recorded shares of one reader's training set by shelf."""
    crawl, stock = world.crawls[domain], world.stocks[domain]
    row = [r.name for r in crawl.readers].index(name)
    dense = crawl.shares[[row]].toarray().ravel()
    return {
        shelf.key(stock.sites[shelf.site].name): float(dense[h])
        for h, shelf in enumerate(stock.shelves)
        if dense[h] > 0
    }


def standing(world: Ecosystem, site: str = "", domain: str = DOMAIN) -> Floats:
    """(members, items, values) what stands on each site of a group, or of all."""
    stock = world.stocks[domain]
    found = np.zeros((len(stock.sites), *stock.domain.shape))
    for h, shelf in enumerate(stock.shelves):
        found[shelf.site] += stock.cells[h].reshape(stock.domain.shape)
    chosen = [i for i, s in enumerate(stock.sites) if not site or s.name.rpartition("-")[0] == site]
    return found[chosen]


def shelves(world: Ecosystem, domain: str = DOMAIN) -> dict[str, Floats]:
    """(items, values) by shelf key."""
    stock = world.stocks[domain]
    return {
        shelf.key(stock.sites[shelf.site].name): stock.cells[h].reshape(stock.domain.shape).copy()
        for h, shelf in enumerate(stock.shelves)
    }

"""Many small worlds inside one scenario: replicates of a law are members of groups.

Members `NAME-1` to `NAME-R` of the groups of a scenario never meet, because member i writes on
and reads from the sites that carry its number; one run of the engine gives R independent
replicates. Nothing here draws a random number.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.ecosystem import Ecosystem
from scenarios.execution import Execution
from scenarios.scenario import Scenario

Floats = NDArray[np.float64]
Plain = Mapping[str, Any]
T = TypeVar("T")

DOMAIN = "topics"
UNLIMITED: Plain = {"retention": "latest", "documents": "unlimited"}
FINITE: Plain = {"retention": "latest", "documents": "finite", "volume": "exact"}


def equal(items: int) -> Plain:
    """A domain of equally likely items; H0 = 1 - 1/items."""
    return {"zipf": {"items": items, "exponent": 0}}


def bare_scenario(
    seed: int,
    steps: int,
    domain: Plain,
    sites: Sequence[Plain],
    models: Sequence[Plain],
    **fields: Any,
) -> Scenario:
    """A scenario without meters, whose first and last rows only are measured."""
    return Scenario.parse(
        {
            "name": "law",
            "seed": seed,
            "steps": steps,
            "ledger": False,
            "items": False,
            "meters": [],
            "measure_every": steps,
            "domains": {DOMAIN: {"kind": "encyclopedia", **domain}},
            "sites": list(sites),
            "models": list(models),
            **fields,
        }
    )


def lineages(
    seed: int,
    steps: int,
    replicates: int,
    n: int,
    domain: Plain,
    site: Plain = UNLIMITED,
    take: Plain | None = None,
    **model: Any,
) -> Scenario:
    """R models `m`, each on nothing but its own output of n documents a generation.

    By default each draws n documents with replacement from its own distribution: one sampling
    a generation.
    """
    source = {"source": "own-{i}", **(take or {"share": 1})}
    lineage = {
        "name": "m",
        "count": replicates,
        "start": "truth",
        "volume": n,
        "writes": {"own-{i}": 1},
        "diet": {"n": n if "share" in source else 0, "takes": [source]},
    }
    return bare_scenario(
        seed,
        steps,
        domain,
        [{"name": "own", "count": replicates, **site}],
        [lineage | model],
    )


def scrapers(
    seed: int, steps: int, scrape: Floats | Sequence[Sequence[float]], allocation: str = "random"
) -> Scenario:
    """Models a, b, ..., each of which reads the latest on every model's own site and humans'.

    Args:
        seed: the scenario's.
        steps: its length.
        scrape: (M, M) share of each training set by each model; the rest is by humans.
        allocation: how documents are shared among the takes.
    """
    names = [chr(ord("a") + i) for i in range(len(scrape))]
    models = []
    for i, row in enumerate(scrape):
        shares = {f"by-{name}": float(share) for name, share in zip(names, row, strict=True)}
        shares["by-people"] = 1 - sum(shares.values())
        takes = [{"source": site, "share": share} for site, share in shares.items() if share > 0]
        models.append(
            {
                "name": names[i],
                "start": "truth",
                "volume": 10 + i,
                "writes": {f"by-{names[i]}": 1},
                "diet": {"n": 50, "takes": takes, "allocation": allocation},
            }
        )
    return bare_scenario(
        seed,
        steps,
        equal(5),
        [{"name": f"by-{name}", **UNLIMITED} for name in ("people", *names)],
        models,
        humans=[humans(volume=1, writes={"by-people": 1})],
    )


def humans(**fields: Any) -> Plain:
    """One community that never errs, by default silent (it only fills archives)."""
    return {"name": "people", "error": 0.0, **fields}


def watch(
    given: Scenario, rows: Iterable[int], read: Callable[[Ecosystem], T], replicate: int = 0
) -> dict[int, T]:
    """Run a scenario to its end; what `read` sees in the world after each of the rows."""
    wanted = set(rows)
    execution = Execution(given, replicate)
    seen: dict[int, T] = {}

    def look(execution: Execution) -> None:
        if execution.world.steps in wanted:
            seen[execution.world.steps] = read(execution.world)

    look(execution)
    execution.finish(between=look)
    look(execution)
    assert wanted == seen.keys(), f"rows {sorted(wanted - seen.keys())} were never reached"
    return seen


def claims(world: Ecosystem, group: str) -> Floats:
    """(R, items, values) what each member of a group would write now."""
    stock = world.stocks[DOMAIN]
    rows = [i for i, name in enumerate(stock.authors) if name.rpartition("-")[0] == group]
    assert rows, f"no author is of the group {group!r}"
    return stock.voices[rows].reshape(len(rows), *stock.domain.shape).copy()


def topics(world: Ecosystem, group: str) -> Floats:
    """(R, items) share of each item in what each member of a group would write now."""
    shares: Floats = claims(world, group).sum(axis=2)
    return shares


def known(world: Ecosystem, group: str) -> Floats:
    """(R, items) 1 where a member of a group would ever write of an item, else 0."""
    return (topics(world, group) > 0).astype(np.float64)


def identity(a: Floats, b: Floats) -> Floats:
    """(R,) probability that a document of a and one of b are on the same item."""
    same: Floats = (a * b).sum(axis=-1)
    return same


def heterozygosity(shares: Floats) -> Floats:
    """(R,) H = 1 - sum q^2."""
    return 1.0 - identity(shares, shares)

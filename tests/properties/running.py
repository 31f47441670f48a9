"""Running random worlds step by step, and what of two runs can be compared."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import reject
from threadpoolctl import threadpool_limits

from ecosystem.ecosystem import Ecosystem
from scenarios.execution import Execution
from scenarios.scenario import Scenario
from tests.properties.worlds import FOLDER, Plain

CANNOT_BE = ("finds no documents on", "tastes that leave a group")
"""What only shows with the data at hand: such a world is refused in one sentence, and not drawn."""


def begun(given: Plain, folder: Path = FOLDER, replicate: int = 0) -> Execution:
    """The world at row 0; one that its own data refuse is not an example."""
    scenario = Scenario.parse(given, folder)
    try:
        return Execution(scenario, replicate)
    except ValueError as error:
        if any(sentence in str(error) for sentence in CANNOT_BE):
            reject()
        raise


def stepped(execution: Execution, to: int) -> Execution:
    """The same, run to a step."""
    with threadpool_limits(limits=1):
        while execution.world.steps < to:
            execution.world.step()
    return execution


def run(given: Plain, folder: Path = FOLDER) -> Execution:
    """A world run to its end."""
    execution = begun(given, folder)
    return stepped(execution, execution.scenario.steps)


def state(world: Ecosystem, without: Iterable[str] = ()) -> dict[str, Any]:
    """Every number that the next step depends on, by name rather than by row.

    Args:
        world: after a step.
        without: authors and sites that are left out.
    """
    left_out = set(without)
    found: dict[str, Any] = {}
    for domain, stock in world.stocks.items():
        for row, shelf in enumerate(stock.shelves):
            site = world.sites[shelf.site].name
            if site not in left_out and stock.size[row] > 0:
                key = f"{domain}/shelf/{shelf.key(site)}"
                found[key] = stock.cells[row].copy()
                found[f"{key}/depth"] = float(stock.depth[row])
        for row, author in enumerate(stock.authors):
            if author not in left_out:
                found[f"{domain}/voice/{author}"] = stock.voices[row].copy()
                found[f"{domain}/depth/{author}"] = float(stock.author_depth[row])
                for name in ("read_synthetic", "read_depth", "read_documents"):
                    found[f"{domain}/{name}/{author}"] = float(getattr(world, name)[domain][row])
    for model in world.models():
        if model.name not in left_out:
            found[f"generation/{model.name}"] = model.generation
            for domain, corpus in model.training.items():
                found[f"{domain}/training/{model.name}"] = corpus.cells
                found[f"{domain}/read/{model.name}"] = corpus.read
            for domain, learner in model.learners.items():
                for key, value in learner.state().items():
                    found[f"{domain}/learner/{model.name}/{key}"] = value
    return found


def ledger(execution: Execution, without: Iterable[str] = ()) -> pd.DataFrame:
    """The ledger's edges with what they join, by name rather than by number, in one order."""
    nodes, edges = (table.to_pandas() for table in execution.world.ledger.tables())
    described = nodes[["kind", "step", "domain", "name", "marks"]].astype(str).agg("|".join, axis=1)
    number = described.groupby(described).cumcount().astype(str)
    described = described + "|" + number
    author = nodes["name"].str.partition("#")[0]
    kept = ~author.isin(set(without)) & ~nodes["site"].isin(set(without))
    shown = edges[kept.to_numpy()[edges["child"]]] if len(edges) else edges
    joined = pd.DataFrame(
        {
            "child": described.to_numpy()[shown["child"]],
            "parent": described.to_numpy()[shown["parent"]],
            "share": shown["share"],
            "documents": nodes["documents"].to_numpy()[shown["child"]],
            "invented": nodes["invented"].to_numpy()[shown["child"]],
        }
    )
    return joined.sort_values(["child", "parent"], kind="stable").reset_index(drop=True)


def same_bits(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Names of what is not the same, bit for bit."""
    unlike = sorted(one.keys() ^ other.keys())
    return unlike + [
        key
        for key in one.keys() & other.keys()
        if not np.array_equal(one[key], other[key], equal_nan=True)
    ]

"""Running a world: step by step to the end, or from where an interrupted run stopped."""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.run import Run
from ecosystem.claim import Claim
from ecosystem.ledger import of_today
from ecosystem.shelves import Shelf
from scenarios.arrays import Arrays
from scenarios.build import build
from scenarios.manifest import manifest
from scenarios.one_blas_thread import one_blas_thread
from scenarios.progress import Progress
from scenarios.scenario import Scenario

STOCK_ARRAYS = (
    "cells",
    "size",
    "depth",
    "node",
    "voices",
    "author_depth",
    "author_node",
    "training_node",
    "human_record",
    "published",
)
FRAMES = ("metrics", "agents", "items", "samples")
READ_ARRAYS = ("read_synthetic", "read_depth", "read_documents")


class Execution:
    """One run of a scenario, in progress.

    Args:
        scenario: what to run.
        replicate: draws from (seed, replicate); replicate 0 is the plain run.
        ledger_folder: where long ledgers are spilled.
        claims: falsehoods to watch instead of everything else (see `scenarios.lineage`).
        checkpoint: what `store` wrote, to continue from; what was trained there is not again.

    Raises:
        ScenarioError: the checkpoint is damaged.
    """

    def __init__(
        self,
        scenario: Scenario,
        replicate: int = 0,
        ledger_folder: Path | None = None,
        claims: Sequence[Claim] = (),
        checkpoint: Path | None = None,
    ) -> None:
        self.scenario = scenario
        self.replicate = replicate
        self.started = time.perf_counter()
        with one_blas_thread():
            self.world = build(scenario, replicate, ledger_folder, claims, checkpoint is None)
        if checkpoint is not None:
            self.restore(checkpoint)

    def finish(
        self,
        progress: Progress | None = None,
        between: Callable[["Execution"], None] | None = None,
    ) -> Run:
        """Run to the last step and trace falsehoods back, where the scenario asks for it.

        Args:
            progress: called with the steps done and those to do, of both passes.
            between: called after every step but the last.
        """
        from scenarios.lineage import trace, watch_list

        steps, every = self.scenario.steps, self.scenario.steps * self.scenario.passes
        tell = progress or (lambda done, total: None)
        self.advance(lambda done, _: tell(done, every), between)
        run = self.result()
        if self.scenario.passes > 1:
            claims = watch_list(run)
            run.claims, run.prevalence = trace(
                self.scenario, self.replicate, claims, lambda done, _: tell(steps + done, every)
            )
            if not claims:
                tell(every, every)
            run.manifest["seconds"] = self._seconds()
        return run

    def advance(
        self,
        progress: Progress | None = None,
        between: Callable[["Execution"], None] | None = None,
    ) -> None:
        """Run to the last step; `between` is called after every step but the last."""
        steps = self.scenario.steps
        with one_blas_thread():
            while self.world.steps < steps:
                self.world.step()
                if progress is not None:
                    progress(self.world.steps, steps)
                if between is not None and self.world.steps < steps:
                    between(self)

    def _seconds(self) -> float:
        """Seconds since it was made."""
        return round(time.perf_counter() - self.started, 3)

    def result(self) -> Run:
        """What has come of it so far; falsehoods are traced back by `finish` only."""
        nodes, edges = self.world.ledger.tables()
        collector = self.world.datacollector
        return Run(
            scenario=self.scenario.plain(),
            manifest=manifest(self.scenario, self.replicate, self.world, self._seconds()),
            metrics=collector.metrics(),
            agents=collector.agents(),
            items=collector.items(),
            samples=collector.samples(),
            nodes=nodes,
            edges=edges,
        )

    # ------------------------------------------------------------------ checkpoints

    def store(self, folder: Path) -> set[str]:
        """Write everything needed to continue into an empty folder; large arrays beside it.

        Returns:
            The hashes of the large arrays that it needs.
        """
        world = self.world
        arrays: dict[str, Any] = {}
        shelves: dict[str, Any] = {}
        for name, stock in world.stocks.items():
            arrays |= {f"stock/{name}/{key}": getattr(stock, key) for key in STOCK_ARRAYS}
            shelves[name] = [[s.site, s.synthetic, sorted(s.marks)] for s in stock.shelves]
            arrays |= {f"{key}/{name}": getattr(world, key)[name] for key in READ_ARRAYS}
            arrays |= {f"stock/{name}/{key}": value for key, value in stock.state().items()}
        for agent in world.agents:
            arrays |= {f"agent/{agent.name}/{key}": v for key, v in agent.state().items()}
        collector = world.datacollector
        for domain, kept in collector.memory.items():
            arrays |= {f"memory/{domain}/{key}": value for key, value in kept.items()}
        arrays |= {f"ledger/{key}": value for key, value in world.ledger.state().items()}
        small, large = Arrays.beside(folder).apart(arrays)
        np.savez(folder / "arrays.npz", allow_pickle=False, **small)
        tables = {
            name: pa.Table.from_pandas(getattr(collector, name)(), preserve_index=False)
            for name in FRAMES
        }
        tables["nodes"], tables["edges"] = world.ledger.tables()
        for name, table in tables.items():
            pq.write_table(table, folder / f"{name}.parquet")
        state = {"step": world.steps, "shelves": shelves, "large": large}
        (folder / "state.json").write_text(json.dumps(state))
        return set(large.values())

    def restore(self, folder: Path) -> None:
        """Continue from what `store` wrote, bit for bit."""
        world = self.world
        state = json.loads((folder / "state.json").read_text())
        with np.load(folder / "arrays.npz", allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files}
        beside = Arrays.beside(folder)
        arrays |= {key: beside.get(hashed) for key, hashed in state["large"].items()}
        world.steps = int(state["step"])
        for name, stock in world.stocks.items():
            for site, synthetic, marks in state["shelves"][name]:
                stock.shelf(Shelf(site, synthetic, frozenset(marks)))
            for key in STOCK_ARRAYS:
                setattr(stock, key, arrays[f"stock/{name}/{key}"])
            for key in READ_ARRAYS:
                getattr(world, key)[name] = arrays[f"{key}/{name}"]
        for agent in world.agents:
            prefix = f"agent/{agent.name}/"
            agent.load(
                {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}
            )
        memory: dict[str, dict[str, Any]] = {}
        for key, value in arrays.items():
            if key.startswith("memory/"):
                _, domain, kept = key.split("/", 2)
                memory.setdefault(domain, {})[kept] = value
        for name, stock in world.stocks.items():
            prefix = f"stock/{name}/"
            own = {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}
            stock.load(own, {m.row: m.learners.get(name) for m in world.models()})
        frames = {name: pd.read_parquet(folder / f"{name}.parquet") for name in FRAMES}
        world.datacollector.restore(**frames, memory=memory)
        world.ledger.restore(
            of_today(pq.read_table(folder / "nodes.parquet")),
            pq.read_table(folder / "edges.parquet"),
            {k.removeprefix("ledger/"): v for k, v in arrays.items() if k.startswith("ledger/")},
        )

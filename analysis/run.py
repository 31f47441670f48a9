"""What came of one scenario: tables, the ledger, the manifest; in memory and as files."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis import checked
from ecosystem.ledger import of_today

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.figure import Figure

TABLES = ("metrics", "agents", "items", "samples", "claims", "prevalence", "nodes", "edges")


@dataclass
class Run:
    """What came of one scenario.

    Attributes:
        scenario: the whole scenario as plain data.
        manifest: what re-runs it: scenario, seed, replicate, versions, hashes.
        metrics: a row a step; columns `domain.meter` and `web.meter`.
        agents: a row a step and model.
        items: a row a step, domain and item: who still knows it, who has it wrong.
        samples: of domains of rows, documents to look at, a row a number or a text: step,
            domain, who (humans, models in turn, web), place (-1: the average), cell, value, text.
        claims: who came to assert the most successful falsehoods, and from whom it was taken: a
            row an event (see `ecosystem.descent.EVENTS`).
        prevalence: how widespread these were, a row a step and claim (see `analysis.prevalence`).
        nodes, edges: the ledger (see `ecosystem.ledger`); edges run from child to parent.
    """

    scenario: dict[str, Any]
    manifest: dict[str, Any]
    metrics: pd.DataFrame
    agents: pd.DataFrame
    items: pd.DataFrame = field(default_factory=pd.DataFrame)
    samples: pd.DataFrame = field(default_factory=pd.DataFrame)
    claims: pd.DataFrame = field(default_factory=pd.DataFrame)
    prevalence: pd.DataFrame = field(default_factory=pd.DataFrame)
    nodes: pa.Table | None = None
    edges: pa.Table | None = None

    @property
    def name(self) -> str:
        """The scenario's name."""
        return str(self.scenario["name"])

    @property
    def domains(self) -> list[str]:
        """The domains' names."""
        return list(self.scenario["domains"])

    def generations(self) -> pd.DataFrame:
        """Means over models by model generation, each at its first row."""
        first = self.agents.drop_duplicates(["agent", "generation"], keep="first")
        return first.drop(columns=["agent", "date"]).groupby("generation").mean(numeric_only=True)

    def graph(self, level: str = "model", **options: Any) -> "nx.DiGraph[Any]":
        """The network of who was trained on whose text, edges as text flows.

        See `analysis.graph.graph`.
        """
        from analysis.graph import graph

        return graph(self, level, **options)

    def plot(self) -> "Figure":
        """The main curves as one matplotlib figure."""
        from analysis.plots import overview

        return overview(self)

    def save(self, folder: Path | str) -> Path:
        """Write the tables and the manifest into a folder that is new or empty."""
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        if any(target.iterdir()):
            raise ValueError(f"save: given {target}, which is not empty; allowed a new folder")
        for name in TABLES:
            table = getattr(self, name)
            if table is None:
                continue
            if isinstance(table, pd.DataFrame):
                table = pa.Table.from_pandas(table, preserve_index=False)
            pq.write_table(table.replace_schema_metadata(None), target / f"{name}.parquet")
        text = json.dumps(self.manifest, indent=2, ensure_ascii=False)
        (target / "manifest.json").write_text(text + "\n", encoding="utf-8")
        return target

    @classmethod
    def load(cls, folder: Path | str, tables: Collection[str] = TABLES) -> Self:
        """Read a run directory; runs no code that is in it.

        Args:
            folder: the run directory.
            tables: those wanted; others are left empty.

        Raises:
            ValueError: the folder is not a run, or its files are damaged.
        """
        source = Path(folder)
        path = source / "manifest.json"
        if not path.is_file():
            raise ValueError(f"{source}: not a run directory (it has no manifest.json)")
        for name in TABLES:
            if not (source / f"{name}.parquet").is_file():
                raise ValueError(f"{source}: {name}.parquet is missing from the run")
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            scenario = manifest["scenario"]
            if not isinstance(scenario["name"], str) or not isinstance(scenario["domains"], dict):
                raise TypeError("scenario")
            int(manifest.get("replicate", 0))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"{source}: a file of the run is damaged, manifest.json; allowed what a run wrote"
            ) from error
        found: dict[str, Any] = {"metrics": pd.DataFrame(), "agents": pd.DataFrame()}
        for name in tables:
            try:
                table = pq.read_table(source / f"{name}.parquet")
                table = of_today(table) if name == "nodes" else table
                found[name] = table if name in ("nodes", "edges") else table.to_pandas()
            except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
                raise ValueError(
                    f"{source}: a file of the run is damaged, {name}.parquet; allowed what a run "
                    "wrote"
                ) from error
            try:
                checked.check(name, found[name])
            except ValueError as error:
                raise ValueError(f"{source}: {error}; allowed what a run wrote") from error
        return cls(scenario=scenario, manifest=manifest, **found)

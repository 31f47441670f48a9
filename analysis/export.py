"""Taking a run's network away: a file, or a folder of two tables, in the format asked for.

Written under another name beside its place and then moved there: what is found is complete.
"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from analysis.formats import gexf, graphs, newick, provenance, tables
from analysis.graph import LEVELS, Graph, columns
from analysis.run import Run
from ecosystem.discovery import nearest


@dataclass(frozen=True)
class Format:
    """One way to write down a network.

    Attributes:
        opened_with: programs that read it.
        suffix: what the name of such a file, or folder, ends in.
        write: writes a graph as a file, or into a folder; of trees, which are no graph, None.
        parts: the files of a folder; none where it is one file.
        levels: what can be written.
    """

    opened_with: str
    suffix: str
    write: Callable[[Run, Graph, Path], None] | None
    parts: tuple[str, ...] = ()
    levels: tuple[str, ...] = LEVELS


FORMATS: Mapping[str, Format] = {
    "graphml": Format("yEd, igraph, Cytoscape, networkx", ".graphml", graphs.write_graphml),
    "gexf": Format("Gephi, with its timeline", ".gexf", gexf.write),
    "json": Format("networkx.node_link_graph, d3", ".json", graphs.write_json),
    "csv": Format("spreadsheets, pandas, R", "-csv", tables.write_csv, tables.CSV),
    "parquet": Format("pandas, DuckDB, R", "-parquet", tables.write_parquet, tables.PARQUET),
    "newick": Format("FigTree, iTOL, R (ape)", ".nwk", None, levels=("model",)),
    "prov": Format("tools for W3C PROV", ".prov.json", provenance.write, levels=("model",)),
}


class Content(NamedTuple):
    """What is to be written.

    Attributes:
        holds: what is in it, in words.
        write: writes it to a path.
    """

    holds: str
    write: Callable[[Path], None]


def export(
    run: Run,
    target: Path | str,
    format: str,
    level: str = "model",
    force: bool = False,
    **options: Any,
) -> list[Path]:
    """Write the network of a run.

    Args:
        run: a run that kept its ledger (for `newick`: one that kept its claims).
        target: a file to make; for `csv` and `parquet` a folder. For `prov` a name that ends in
            .provn gets PROV-N, any other PROV-JSON.
        format: one of `FORMATS`.
        level: "model" or "node", see `analysis.graph.graph`.
        force: replace what is there.
        options: what to leave out, see `analysis.graph.columns`; for `newick` only `domain`.

    Returns:
        The files that were written.

    Raises:
        ValueError: an argument that is not what is allowed, or more nodes or edges than can be
            looked at (`csv` and `parquet` take any number).
        OSError: the disk is full or not writable; nothing half-written is left.
    """
    check_free(Path(target), format, force)
    return save(content(run, format, level, **options), Path(target), format)


def named(format: str) -> Format:
    """The format of a name.

    Raises:
        ValueError: there is none.
    """
    if format not in FORMATS:
        raise ValueError(f"format: given {format!r}; {nearest(format, FORMATS)}")
    return FORMATS[format]


def check_free(target: Path, format: str, force: bool) -> None:
    """Refuse a place that is taken or cannot be, before anything is worked out.

    Raises:
        ValueError: see above.
    """
    parts, what = named(format).parts, "folder" if named(format).parts else "file"
    if not target.name or target.name in (".", ".."):
        raise ValueError(f"out: given {str(target)!r}, allowed a {what} with a name of its own")
    for parent in target.parents:
        if parent.exists() and not parent.is_dir():
            raise ValueError(f"out: given {target}, but {parent} is a file; allowed a folder")
    if not target.exists() and not target.is_symlink():
        return
    if target.is_symlink() or target.is_dir() != bool(parts):
        raise ValueError(f"out: given {target}, which is no {what}; allowed a {what} to make")
    if not parts and (target.parent / "manifest.json").is_file():
        raise ValueError(f"out: given {target}, a file of a run; allowed a name of its own")
    if not force:
        raise ValueError(
            f"out: given {target}, which exists; allowed another name, or --force to replace it"
        )
    strange = sorted({path.name for path in target.iterdir()} - set(parts)) if parts else []
    if strange:
        raise ValueError(
            f"out: given {target} with --force, but {strange[0]!r} in it is no part of an export; "
            "move it away first"
        )


def content(run: Run, format: str, level: str = "model", **options: Any) -> Content:
    """What is to be written, in one format; see `export`.

    Raises:
        ValueError: see `export`.
    """
    chosen = named(format)
    if level not in chosen.levels:
        allowed = " or ".join(map(repr, chosen.levels))
        raise ValueError(f"level: given {level!r} for {format}, allowed {allowed}")
    if chosen.write is None:
        return _trees(run, **options)
    graph = columns(run, level, **options)
    if not chosen.parts:
        graph.check_size()
    holds = f"{graph.nodes.num_rows:,} nodes and {graph.edges.num_rows:,} edges"
    return Content(holds, partial(chosen.write, run, graph))


def _trees(run: Run, domain: str | None = None, **others: Any) -> Content:
    """The trees of claims: a format of its own, that knows of domains only."""
    unused = {"min_share": 0.0}
    given = [name for name, value in others.items() if value != unused.get(name)]
    if given:
        raise ValueError(f"newick: given {given[0]}, allowed domain alone")
    if domain is not None and domain not in run.domains:
        raise ValueError(f"domain: given {domain!r}, allowed {', '.join(run.domains)}")
    claims = run.claims
    if domain is not None and not claims.empty:
        claims = claims[claims["domain"] == domain]
    if claims.empty:
        raise ValueError(f"{run.name}: no claim was traced in it, allowed a run with some")
    text = newick.trees(claims)
    holds = f"{text.count(newick.END):,} trees of {len(claims):,} events"
    return Content(holds, partial(newick.write, text))


def save(content: Content, target: Path, format: str) -> list[Path]:
    """Write it, whatever was at its place; the files that were written.

    Raises:
        OSError: the disk is full or not writable; nothing half-written is left.
    """
    parts = named(format).parts
    work = target.with_name(f".{target.name}.partial")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        made = work / target.name
        if parts:
            made.mkdir()
        content.write(made)
        if parts and target.exists():
            shutil.rmtree(target)
        made.replace(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return [target / part for part in parts] or [target]

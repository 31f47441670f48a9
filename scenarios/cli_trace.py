"""Commands of `run.py` about where text and errors came from: taking the network away."""

from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer()
Directory = Annotated[Path, typer.Argument(help="a run directory", metavar="DIR")]
FORMATS = "graphml, gexf, json, csv, parquet, newick or prov"


@commands.command(
    epilog="Examples:  python run.py export out/habsburg --format gexf  ·  python run.py export "
    "out/habsburg --format graphml --level node --focus model-C@12 --hops 6 --domain birds  ·  "
    "python run.py export out/habsburg --format csv --window 20:40 --min-share 0.01"
)
def export(
    directory: Directory,
    format: Annotated[
        str, typer.Option(help=f"{FORMATS} (trees of how falsehoods spread: newick)")
    ],
    level: Annotated[
        str, typer.Option(help="model: who read whose text; node: the whole ledger")
    ] = "model",
    domain: Annotated[str | None, typer.Option(help="one domain; all where not given")] = None,
    window: Annotated[
        str | None,
        typer.Option(metavar="FIRST:LAST", help="steps, both ends included; all where not given"),
    ] = None,
    min_share: Annotated[float, typer.Option(help="leave out edges of a smaller share")] = 0.0,
    focus: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="only what lies up- or downstream of a model or community; at level node also of "
            "a site, of NAME@STEP (the latest at or before a step) or of the number of a node",
        ),
    ] = None,
    hops: Annotated[
        int | None, typer.Option(help="edges followed up and down from the focus; default all")
    ] = None,
    replicate: Annotated[
        int, typer.Option(help="which one, where DIR holds several; the others are left out")
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option(
            help="file to make (csv, parquet: a folder); beside DIR and named after it where not "
            "given. A name that ends in .provn gets PROV-N, any other of prov PROV-JSON"
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="replace what is there")] = False,
) -> None:
    """Write the network of a run for another program, edges as text flows."""
    from analysis.export import check_free, content, named, save
    from scenarios.store import loaded, parts

    chosen = named(format)
    found = parts(directory)
    part = directory if found == [directory] else _replicate(found, replicate)
    target = out or _beside(part, ("-nodes" if level == "node" else "") + chosen.suffix)
    check_free(target, format, force)
    made = content(
        loaded(part, ("metrics", "nodes", "edges") if chosen.write else ("claims",)),
        format,
        level,
        domain=domain,
        window=None if window is None else _window(window),
        min_share=min_share,
        focus=focus,
        hops=hops,
    )
    for path in save(made, target, format):
        typer.echo(str(path))
    typer.echo(f"{made.holds}; opened with {chosen.opened_with}")


def _replicate(parts: list[Path], number: int) -> Path:
    named = {part.name: part for part in parts}
    if str(number) not in named:
        raise ValueError(f"replicate: given {number}, allowed {', '.join(named)}")
    return named[str(number)]


def _beside(part: Path, ending: str) -> Path:
    """A place beside the outermost run directory that a run is in, named after both."""
    from scenarios.store import is_run

    folder = part.resolve()
    name = folder.name
    while is_run(folder.parent):
        folder = folder.parent
        name = f"{folder.name}-{name}"
    place, here = folder.parent / (name + ending), Path.cwd()
    return place.relative_to(here) if place.is_relative_to(here) else place


def _window(text: str) -> tuple[int, int]:
    first, _, last = text.partition(":")
    try:
        return int(first), int(last)
    except ValueError:
        raise ValueError(f"window: given {text!r}, allowed FIRST:LAST, as in 20:40") from None

"""Commands of `run.py` about where text and errors came from: questions, exports, pedigrees."""

import json
from pathlib import Path
from typing import Annotated

import typer

from scenarios.progress import shown

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


@commands.command(
    epilog="Examples:  python run.py trace out/habsburg --target model-C@12  ·  python run.py "
    "trace out/habsburg --block 2 --target model-C --domain birds  ·  python run.py trace "
    "out/habsburg --inbreeding --json  ·  python run.py trace out/habsburg --claim "
    "'history:Battle of Hastings=1067'"
)
def trace(
    directory: Directory,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="NAME[@STEP]",
            help="a model, site or community, as it was at a step: where its text and its errors "
            "came from, through whom; with --block or --inbreeding, whom these are about",
        ),
    ] = None,
    claim: Annotated[
        str | None,
        typer.Option(
            metavar="[DOMAIN:]ITEM=VALUE", help="a falsehood: who made it up, who took it from whom"
        ),
    ] = None,
    block: Annotated[
        int | None,
        typer.Option(
            metavar="K", help="which K to stop reading, predicted and run again without them"
        ),
    ] = None,
    what: Annotated[
        str, typer.Option(help="whom --block may choose: models, communities, sites or nodes")
    ] = "models",
    inbreeding: Annotated[
        bool, typer.Option("--inbreeding", help="how inbred the models are, beside the Habsburgs")
    ] = False,
    domain: Annotated[str | None, typer.Option(help="one domain; all where not given")] = None,
    replicate: Annotated[int, typer.Option(help="which one, where DIR holds several")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="no progress")] = False,
) -> None:
    """Say where text, errors and kinship of a run came from, and what would have stopped it."""
    from analysis.plain import plain
    from scenarios.store import parts
    from scenarios.trace import Question, answers, told

    found = parts(directory)
    part = directory if found == [directory] else _replicate(found, replicate)
    question = Question(target, claim, block, what, inbreeding, domain)
    with shown(quiet) as progress:
        answered = answers(part, question, progress)
    if as_json:
        typer.echo(json.dumps(plain(answered), indent=2, ensure_ascii=False))
    else:
        typer.echo(told(answered))


@commands.command(
    epilog="Examples:  python run.py pedigree  ·  python run.py pedigree family.csv --json"
)
def pedigree(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="CSV with the columns id, father, mother (ids; empty where not known) and, if you "
            "like, name; the Habsburgs around Charles II of Spain where not given",
            metavar="[FILE]",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Print Wright's inbreeding coefficient of everybody in a pedigree."""
    from analysis.pedigree import HABSBURG, Pedigree

    people = Pedigree.read(file or HABSBURG)
    table = people.people[["name"]].assign(
        inbreeding=people.inbreeding(), generations=people.horizon()
    )
    table = table.sort_values("inbreeding", ascending=False, kind="stable").reset_index()
    if as_json:
        typer.echo(table.to_json(orient="records", indent=2, force_ascii=False))
        return
    typer.echo("F: chance that the two alleles of a person are copies of one founder's allele.")
    typer.echo("It grows with the generations known (complete ones, in brackets).")
    for person, name, inbred, known in table.itertuples(index=False):
        typer.echo(f"{inbred:8.6f}  ({known:4.1f})  {name}  [{person}]")
    if file is None:
        from analysis.answers.inbreeding import CAVEAT

        typer.echo(CAVEAT)


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

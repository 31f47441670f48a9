"""The command that holds the engine to published results."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios.progress import shown

if TYPE_CHECKING:
    from scenarios.target import Outcome

commands = typer.Typer()
EXPECTED = {"direction": "above ", "bound": "not beyond "}
"""Words before what is expected, by the rule that a number is judged by."""


@commands.command(
    epilog="Examples:  python run.py validate  ·  python run.py validate A-01 A-05  ·  python "
    "run.py validate --quick --json out/validation.json"
)
def validate(
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help="targets such as A-01; all where none is named"),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="a subset of under a minute")] = False,
    workers: Annotated[int, typer.Option(help="processes; 0 takes one a core")] = 0,
    out: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="also write what came of each")
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="also write the page, figures in img/validation beside"),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="no progress; failures only")] = False,
) -> None:
    """Run the literature through the engine: theirs beside ours, pass or fail.

    Each target runs on two seeds fixed beforehand, and passes where every number does on both.
    Exit code 1 where any fails.
    """
    from scenarios.complaints import ScenarioError
    from scenarios.validate import chosen, cores
    from scenarios.validate import validate as run
    from scenarios.written import written

    if not 0 <= workers <= 256:
        raise ScenarioError(f"workers: given {workers}, allowed 0 to 256")
    for option, file in (("json", out), ("page", page)):
        if file is not None and (file.is_dir() or not file.parent.is_dir()):
            raise ScenarioError(f"{option}: given {file}, allowed a file in a folder that there is")
    if page is not None and out is not None and page.resolve() == out.resolve():
        raise ScenarioError(f"page: given {page}, which --json names too; allowed another file")
    wanted = chosen(ids or [], quick)
    with shown(quiet, "targets") as progress:
        done: list[Outcome] = []

        def told(outcome: "Outcome") -> None:
            done.append(outcome)
            if not quiet or not outcome.passed:
                typer.echo(_line(outcome))
            if progress is not None:
                progress(len(done), len(wanted))

        outcomes = run(wanted, workers or cores(), told)
    failed = [outcome.target.kind for outcome in outcomes if not outcome.passed]
    plain = {"targets": [outcome.plain() for outcome in outcomes]}
    if out is not None:
        written(out, (json.dumps(plain, indent=2, ensure_ascii=False) + "\n").encode())
    if page is not None:
        _write_page(page, plain["targets"])
    typer.echo(
        f"{len(outcomes) - len(failed)} of {len(outcomes)} targets passed"
        + (f"; failed: {', '.join(failed)}" if failed else "")
    )
    if failed:
        raise typer.Exit(1)


def _write_page(page: Path, targets: "list[dict[str, Any]]") -> None:
    from analysis import neural
    from analysis.validation import validation_page
    from scenarios.published.language import NOT_SHOWN
    from scenarios.target import KNOWN
    from scenarios.written import written

    text, figures = validation_page(targets, NOT_SHOWN, KNOWN, neural.results())
    place = page.parent / "img" / "validation"
    place.mkdir(parents=True, exist_ok=True)
    for name, content in figures.items():
        written(place / name, content)
    written(page, text.encode())


def _line(outcome: "Outcome") -> str:
    """The claim, and the number that is furthest from what is expected for what is allowed."""
    first, target = outcome.foremost, outcome.target
    at = "" if first.at is None else f" at {target.axis} {first.at:g}"
    return (
        f"{'pass' if outcome.passed else 'FAIL'}  {target.kind}  {target.claim}\n"
        f"      {target.source} [{target.known_as}]\n"
        f"      {first.name}{at}: expected {EXPECTED.get(first.rule, '')}{first.expected:.5g}, "
        f"observed {first.observed:.5g} "
        f"+- {first.error:.2g} ({first.replicates:,} replicates, seed {first.seed}; worst of "
        f"{len(outcome.numbers)} numbers; {outcome.seconds:.1f} s)"
        + (f"\n      ended by an error: {outcome.failure}" if outcome.failure else "")
    )

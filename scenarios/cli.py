"""Commands of `run.py`: what is typed, checked and said; the work is done elsewhere.

Exit codes: 0 on success, 2 on bad input (one plain sentence), 1 for anything else. Imports of
the engine stand inside the commands, so that help comes at once.
"""

import errno
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import typer.exceptions

from scenarios.cli_study import commands as studies
from scenarios.cli_trace import Directory, commands
from scenarios.cli_validate import commands as validations
from scenarios.cli_view import commands as views
from scenarios.progress import shown

if TYPE_CHECKING:
    from analysis.run import Run
    from scenarios.scenario import Scenario

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="What happens to the web, and to the models trained on it, once models train on each "
    "other; and which policy would stop the damage.\n\nA model of the world, not a measurement.",
    epilog="Examples:  python run.py run habsburg  ·  python run.py run habsburg --set "
    "models.*.decoding.temperature=1 --out out/warm  ·  python run.py compare out/habsburg "
    "out/warm",
)

Quiet = Annotated[bool, typer.Option("--quiet", help="no progress, no summary")]
AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]


@app.command(name="list", epilog="Example:  python run.py list meters")
def list_(
    what: Annotated[
        str,
        typer.Argument(
            help="scenarios, studies, domains, learners, estimators, policies, meters, phases "
            "or schema and study-schema (JSON schemas of a scenario and of a study, for editors)"
        ),
    ] = "scenarios",
    as_json: AsJson = False,
) -> None:
    """List what there is: scenarios, policies, meters with their definitions, ..."""
    from scenarios.inventory import LISTS, inventory, schema, study_schema

    schemas = {"schema": schema, "study-schema": study_schema}
    if what in schemas:
        typer.echo(json.dumps(schemas[what](), indent=2))
        return
    if what not in LISTS:
        from ecosystem.discovery import nearest

        _refuse(f"list: given {what!r}; {nearest(what, [*LISTS, *schemas])}")
    found = inventory(what)
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    width = max(len(name) for name in found)
    for name, text in found.items():
        typer.echo(f"{name:{width}}  {text}")


@app.command(
    epilog="Examples:  python run.py run habsburg --replicates 5  ·  python run.py run my.toml "
    "--steps 20 --set web.eta=0  ·  python run.py run habsburg --policy "
    "detector:start=8,hit=0.9,compliance=0.5 --out out/detector  ·  python run.py run habsburg "
    "--animate habsburg.gif"
)
def run(
    scenario: Annotated[str, typer.Argument(help="a shipped name, or a TOML file")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="set any field, * for all of a list"),
    ] = None,
    policies: Annotated[
        list[str] | None,
        typer.Option("--policy", metavar="NAME[:KEY=VALUE,...]", help="add a policy"),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="seed of the random streams")] = None,
    steps: Annotated[int | None, typer.Option(help="number of steps")] = None,
    replicates: Annotated[int, typer.Option(help="runs; their spread is shown as bands")] = 1,
    workers: Annotated[int, typer.Option(help="processes that share the replicates")] = 1,
    baseline: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="a run to set beside it in the report; repeatable"),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="run directory; default out/NAME")] = None,
    force: Annotated[bool, typer.Option("--force", help="replace a run that is there")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="continue an interrupted run, bit for bit")
    ] = False,
    report: Annotated[bool, typer.Option(help="write the report")] = True,
    control: Annotated[
        bool,
        typer.Option(help="run its control beside it for the report, if it has one"),
    ] = True,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="say of each of the scenario's expectations whether it came out; exit code 1 "
            "where one did not",
        ),
    ] = False,
    film: Annotated[
        Path | None,
        typer.Option(
            "--animate",
            metavar="FILE",
            help="also write the web and its curves, step by step, as .gif or .mp4 (replicate 0)",
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Run a scenario, store it, and write its report."""
    if not 1 <= replicates <= 100_000:
        _refuse(f"replicates: given {replicates}, allowed 1 to 100000")
    _check_workers(workers)
    chosen = _scenario(scenario, settings or [], policies or [], seed, steps)
    from scenarios.job import Job, execute

    target = out or Path("out") / chosen.name
    if target.resolve() in [folder.resolve() for folder in baseline or []]:
        _refuse(f"baseline: given {target}, which the run would replace; allowed another folder")
    if film is not None:
        _check_film(film, chosen, force)
    if check:
        from scenarios.expectation import readable

        readable(chosen)
    job = Job(target, replicates, workers, force, resume, report, control, _beside(baseline))
    with shown(quiet) as progress:
        runs = execute(chosen, job, progress)
    if film is not None:
        from analysis.animation import animate

        with shown(quiet, "frames") as progress:
            animate(runs[0], film, progress)
    if not quiet:
        from analysis.summary import summary

        typer.echo(summary(runs))
    typer.echo(f"report: {target / 'report.html'}" if report else f"run: {target}")
    if film is not None:
        typer.echo(f"film: {film}")
    if check:
        from scenarios.expectation import checked

        outcomes = checked(chosen, runs)
        for outcome in outcomes:
            typer.echo(str(outcome))
        if not all(outcome.passed for outcome in outcomes):
            raise typer.Exit(1)


@app.command(
    epilog="Examples:  python run.py report out/habsburg --baseline out/humans_only  ·  python "
    "run.py report out/habsburg --ablate --workers 2"
)
def report(
    directory: Directory,
    baseline: Annotated[
        list[Path] | None,
        typer.Option(help="a run directory to set beside it; may be given several times"),
    ] = None,
    take_apart: Annotated[
        bool,
        typer.Option(
            "--ablate",
            help="run the scenario again without each of its mechanisms in turn, on the same "
            "random draws, and say which did how much; kept in DIR/ablation",
        ),
    ] = False,
    workers: Annotated[int, typer.Option(help="processes that share the runs of --ablate")] = 1,
    quiet: Quiet = False,
) -> None:
    """Write the report of a run directory again, with other runs beside it if wanted."""
    _check_workers(workers)
    from scenarios.ablation import ablate, stored
    from scenarios.store import control, load

    runs, beside = load(directory), control(directory) | _beside(baseline)
    if take_apart:
        with shown(quiet) as progress:
            ablation = ablate(directory, runs, workers, progress)
        if not ablation.without and not quiet:
            typer.echo("no mechanism is on in this scenario: there is nothing to take apart")
    else:
        ablation = stored(directory, runs)
    from analysis.report import write_report

    several = runs if len(runs) > 1 else runs[0]
    page = write_report(several, directory, beside or None, ablation)
    typer.echo(f"report: {page}")


@app.command(epilog="Example:  python run.py compare out/humans_only out/habsburg")
def compare(one: Directory, other: Directory, as_json: AsJson = False, every: bool = False) -> None:
    """Set the last rows of two runs side by side: paired differences over their replicates."""
    from analysis.comparison import comparison, comparison_text
    from scenarios.store import load

    table = comparison(load(one), load(other))
    if as_json:
        typer.echo(table.to_json(orient="records", indent=2))
    else:
        typer.echo(comparison_text(table, str(one), str(other), every))


@app.command(epilog="Example:  python run.py replay out/habsburg")
def replay(directory: Directory, quiet: Quiet = False) -> None:
    """Re-run the manifest of a run directory and say whether every table is equal."""
    from scenarios.store import parts
    from scenarios.store import replay as rerun

    equal = True
    for part in parts(directory):
        with shown(quiet) as progress:
            for name, same in rerun(part, progress).items():
                equal &= same
                typer.echo(f"{part.name}/{name}: {'equal' if same else 'DIFFERENT'}")
    if not equal:
        raise typer.Exit(1)


app.add_typer(commands)
app.add_typer(studies)
app.add_typer(validations)
app.add_typer(views)


def main() -> None:
    """Run a command; every error ends in one sentence and an exit code."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except typer.exceptions.TyperException as error:
        said = " ".join(error.format_message().split())
        if said:  # where nothing was asked, the help was shown instead
            _say(f"{said} (--help shows what there is)")
        sys.exit(2)
    except typer.Abort:
        _say("interrupted")
        sys.exit(1)
    except ValueError as error:
        _say(str(error))
        sys.exit(2)
    except BrokenPipeError:  # who reads what is printed has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            _say(f"out: given {len(str(error.filename))} characters, allowed a shorter name")
            sys.exit(2)
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        _say(f"disk full: {error}" if full else f"file system: {error}")
        sys.exit(1)
    except MemoryError:
        _say("out of memory: ask for fewer models, items or steps")
        sys.exit(1)
    except RuntimeError as error:
        _say(str(error))
        sys.exit(1)
    except Exception as error:
        if os.environ.get("HABSBURG_TRACEBACK"):
            raise
        _say(
            f"unexpected: {type(error).__name__}: {error} (HABSBURG_TRACEBACK=1 shows where; "
            "please report it)"
        )
        sys.exit(1)


def _scenario(
    name: str, settings: list[str], policies: list[str], seed: int | None, steps: int | None
) -> "Scenario":
    import mesa  # noqa: F401  (first: its loggers look through every module there is)

    from scenarios.paths import parse_policy, parse_setting
    from scenarios.scenario import Scenario

    chosen = Scenario.load(name)
    changes: dict[str, Any] = dict(map(parse_setting, settings))
    if policies:
        listed = changes.get("policies", chosen.plain()["policies"])
        changes["policies"] = [*listed, *map(parse_policy, policies)]
    if seed is not None:
        changes["seed"] = seed
    if steps is not None:
        changes["steps"] = steps
    return chosen.with_(changes) if changes else chosen


def _beside(baselines: list[Path] | None) -> "dict[str, list[Run]]":
    """Runs to set beside another, by their scenario's name (by folder where that is taken)."""
    from scenarios.store import load

    beside: dict[str, list[Run]] = {}
    for folder in baselines or []:
        runs = load(folder)
        beside[runs[0].name if runs[0].name not in beside else str(folder)] = runs
    return beside


def _check_film(film: Path, scenario: "Scenario", force: bool) -> None:
    """What a film needs, before anything is run."""
    from analysis.animation import check

    check(film, force)
    if not scenario.ledger:
        _refuse("animate: given a scenario with ledger = false, allowed one that keeps its ledger")


def _check_workers(workers: int) -> None:
    if not 1 <= workers <= 256:
        _refuse(f"workers: given {workers}, allowed 1 to 256")


def _say(text: str) -> None:
    typer.echo(f"habsburg: {text}", err=True)


def _refuse(text: str) -> None:
    _say(text)
    raise typer.Exit(2)

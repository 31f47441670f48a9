"""The command of `run.py` for what-if studies."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios.progress import shown

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

    from scenarios.plan import Planned
    from scenarios.study import Study

commands = typer.Typer()


@commands.command(
    epilog="Examples:  python run.py study watermark_compliance --replicates 5 --workers 2  ·  "
    "python run.py study my_study.toml --out out/mine  ·  python run.py study all_defences "
    "--scheduler tcp://host:8786  ·  python run.py list studies"
)
def study(
    study: Annotated[str, typer.Argument(help="a shipped name, or a TOML file")],
    replicates: Annotated[
        int | None, typer.Option(help="pairs of runs for each arm; the study's own if not given")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="processes of this machine; as many as it has cores")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="run on a Dask cluster instead")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="folder of the study; default out/studies/NAME")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="stop at the first run that fails")
    ] = False,
    report: Annotated[bool, typer.Option(help="write the report")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", help="no progress, no table")] = False,
) -> None:
    """Compare what could be done: arms against a baseline on the same draws, with a report.

    Stopped at any moment, the same command goes on where it was.
    """
    from scenarios.complaints import ScenarioError
    from scenarios.study import Study

    chosen = Study.load(study)
    if replicates is not None:
        chosen = chosen.with_(replicates=replicates)
    if workers is not None and not 1 <= workers <= 1000:
        raise ScenarioError(f"workers: given {workers}, allowed 1 to 1000")
    target = out or Path("out") / "studies" / chosen.name
    try:
        table, planned, found = _carried_out(chosen, target, workers, scheduler, strict, quiet)
    except KeyboardInterrupt:
        raise RuntimeError(
            f"interrupted; what is done is in {target}, and the same command goes on from there"
        ) from None
    _tell_failures(target, planned, found)
    if not quiet:
        from analysis.effects import effects
        from analysis.effects_told import told as effects_told
        from analysis.findings_told import told as findings_told

        signs = {outcome.key: outcome.sign for outcome in chosen.outcomes}
        titles = {outcome.key: outcome.title or outcome.meter for outcome in chosen.outcomes}
        blocks = effects_told(effects(table, signs), titles, signs), findings_told(found)
        if said := "\n\n".join(filter(None, blocks)):
            typer.echo(said)
    if report:
        from scenarios.study_report import report as written

        typer.echo(f"report: {written(chosen, target, planned, table, found)}")
    else:
        typer.echo(f"comparison: {target / 'comparison.parquet'}")


def _carried_out(
    study: "Study",
    target: Path,
    workers: int | None,
    scheduler: str | None,
    strict: bool,
    quiet: bool,
) -> "tuple[pd.DataFrame, list[Planned], dict[str, Any]]":
    """The comparison, all runs, and what is found beyond single arms."""
    from contextlib import nullcontext

    from scenarios.campaign import carry_out
    from scenarios.cluster import cluster
    from scenarios.findings_of import findings

    here = nullcontext[tuple["Executor | None", int]]((None, workers or _cores()))
    with (
        shown(quiet, "runs") as progress,
        here if scheduler is None else cluster(scheduler) as where,
    ):
        executor, at_once = where
        table, planned = carry_out(study, target, executor, at_once, strict, progress)
        found = findings(study, target, table, executor, at_once, strict, progress)
        return table, planned, found


def _tell_failures(target: Path, planned: "list[Planned]", found: "dict[str, Any]") -> None:
    """On stderr how many runs failed, and why the first did."""
    from scenarios.findings_of import failures

    if failed := failures(target, planned, found):
        first, runs = failed[0], "1 run" if len(failed) == 1 else f"{len(failed)} runs"
        typer.echo(
            f"habsburg: {runs} failed and left out (all in {target / 'failed'}); the first, "
            f"replicate {first['replicate']} of {first['arm']}: {first['cause']}",
            err=True,
        )


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

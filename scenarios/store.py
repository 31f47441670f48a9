"""Results on disk: written under a temporary name and renamed, resumed, replayed, compared.

A run directory holds `manifest.json`, the tables as Parquet, `report.html`, `figures/`, and
`data/` with any table of the user's own, so that it can be run again anywhere. A run in
progress lives in `.NAME.partial` beside it, with the latest checkpoint.
"""

import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from analysis.run import TABLES, Run
from ecosystem.domains.tables import SHIPPED
from scenarios.complaints import ScenarioError
from scenarios.execution import Execution
from scenarios.scenario import Scenario

CHECKPOINT_SECONDS = 10.0
Progress = Callable[[int, int, int], None]


@dataclass(frozen=True)
class Job:
    """What `execute` is asked for.

    Attributes:
        replicates: runs drawing from (seed, 0), (seed, 1), ...; more than 1 gives DIR/0, ...
        force: replace a result that is already there.
        resume: continue an interrupted run from its last checkpoint.
        checkpoint: seconds between checkpoints.
    """

    out: Path
    replicates: int = 1
    force: bool = False
    resume: bool = False
    checkpoint: float = CHECKPOINT_SECONDS
    report: bool = True


def execute(scenario: Scenario, job: Job, progress: Progress | None = None) -> list[Run]:
    """Run a scenario and store what came of it in `job.out`.

    Raises:
        ScenarioError: the folder is taken, or what is there to resume is another run.
        OSError: the disk is full or not writable; nothing half-written is left under `out`.
    """
    check_free(job)
    partial = job.out.with_name(f".{job.out.name}.partial")
    _open_partial(scenario, job, partial)
    runs = []
    for replicate in range(job.replicates):
        done = partial / "result" / str(replicate) if job.replicates > 1 else partial / "result"
        if (done / "manifest.json").is_file():
            runs.append(Run.load(done))
            continue
        shutil.rmtree(done, ignore_errors=True)
        run = _run_one(scenario, replicate, partial, job, progress)
        _write_run(run, scenario, partial / "writing")
        done.parent.mkdir(parents=True, exist_ok=True)
        (partial / "writing").rename(done)
        shutil.rmtree(partial / "checkpoint", ignore_errors=True)
        runs.append(run)
    if job.report:
        from analysis.report import write_report

        write_report(runs if len(runs) > 1 else runs[0], partial / "result")
    _publish(partial, job)
    return runs


def check_free(job: Job) -> None:
    """Refuse an output folder that is taken, before anything is run."""
    out = job.out
    if not out.exists():
        return
    if not out.is_dir():
        raise ScenarioError(f"out: given {out}, which is a file; allowed a folder to make")
    if not any(out.iterdir()):
        return
    if not is_run(out):
        raise ScenarioError(
            f"out: given {out}, which exists and is not a run; allowed a new folder, or a run "
            "with --force"
        )
    if not job.force:
        raise ScenarioError(
            f"out: given {out}, which holds a run already; allowed a new folder, or --force to "
            "replace it"
        )


def is_run(folder: Path) -> bool:
    """Whether a folder is a run directory, or one of replicates."""
    return (folder / "manifest.json").is_file() or (folder / "0" / "manifest.json").is_file()


def load(folder: Path) -> list[Run]:
    """The run, or the replicates, of a directory."""
    if not folder.is_dir():
        raise ScenarioError(f"run: given {folder}, which is not a folder")
    if (folder / "manifest.json").is_file():
        return [_loaded(folder)]
    parts = sorted((p for p in folder.iterdir() if p.name.isdigit()), key=lambda p: int(p.name))
    if not parts:
        raise ScenarioError(f"run: given {folder}, which is not a run directory")
    return [_loaded(part) for part in parts]


def replay(folder: Path, progress: Progress | None = None) -> dict[str, bool]:
    """Re-run the manifest of a run directory; for every table whether it came out equal."""
    stored = _loaded(folder)
    scenario = Scenario.parse(_own_data(stored, folder), folder)
    execution = Execution(scenario, int(stored.manifest.get("replicate", 0)))
    for name, domain in execution.world.domains.items():
        known = stored.manifest["data"].get(name)
        if known != domain.digest:
            raise ScenarioError(
                f"replay: the table of domain {name!r} is not the one this run was made from"
            )
    replicate = execution.replicate
    again = execution.finish(progress and (lambda step, steps: progress(replicate, step, steps)))
    return {name: same_table(getattr(stored, name), getattr(again, name)) for name in TABLES}


def same_table(one: Any, other: Any) -> bool:
    """Whether two tables hold the same columns and values; NaN equals NaN."""
    frames = [t.to_pandas() if isinstance(t, pa.Table) else t for t in (one, other)]
    try:
        pd.testing.assert_frame_equal(
            *frames, check_dtype=False, check_exact=True, check_categorical=False
        )
    except AssertionError:
        return False
    return True


# ---------------------------------------------------------------------- parts


def _run_one(
    scenario: Scenario, replicate: int, partial: Path, job: Job, progress: Progress | None
) -> Run:
    ledger = partial / "ledger"
    shutil.rmtree(ledger, ignore_errors=True)
    execution = Execution(scenario, replicate, ledger)
    checkpoint = partial / "checkpoint"
    if (checkpoint / "state.json").is_file():
        execution.restore(checkpoint)
    saved = time.monotonic()

    def between(running: Execution) -> None:
        nonlocal saved
        if time.monotonic() - saved >= job.checkpoint:
            _checkpoint(running, partial)
            saved = time.monotonic()

    try:
        return execution.finish(
            progress and (lambda step, steps: progress(replicate, step, steps)), between
        )
    except KeyboardInterrupt:
        raise Interrupted(execution.world.steps, job.out) from None


class Interrupted(RuntimeError):
    """A run stopped by hand; its last checkpoint stays."""

    def __init__(self, step: int, out: Path) -> None:
        super().__init__(
            f"interrupted in step {step}; the same command with --resume continues from the last "
            "checkpoint"
        )
        self.out = out


def _checkpoint(execution: Execution, partial: Path) -> None:
    fresh = partial / "checkpoint.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    execution.store(fresh)
    old, former = partial / "checkpoint", partial / "checkpoint.old"
    shutil.rmtree(former, ignore_errors=True)
    if old.exists():
        old.rename(former)
    fresh.rename(old)
    shutil.rmtree(former, ignore_errors=True)


def _open_partial(scenario: Scenario, job: Job, partial: Path) -> None:
    asked = {"scenario": scenario.plain(), "replicates": job.replicates}
    wanted = json.dumps(asked, sort_keys=True)
    note = partial / "asked.json"
    if job.resume and partial.is_dir():
        if not note.is_file() or note.read_text(encoding="utf-8") != wanted:
            raise ScenarioError(
                f"resume: what was interrupted in {job.out} is another run; allowed the same "
                "scenario and settings, or a run without --resume"
            )
        former = partial / "checkpoint.old"
        if former.exists() and not (partial / "checkpoint").exists():
            former.rename(partial / "checkpoint")
        shutil.rmtree(partial / "writing", ignore_errors=True)
        return
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    note.write_text(wanted, encoding="utf-8")


def _write_run(run: Run, scenario: Scenario, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run.save(folder)
    (folder / "scenario.toml").write_text(scenario.to_toml(), encoding="utf-8")
    for name, spec in scenario.domains.items():
        table = getattr(spec, "table", None)
        if table is not None and table not in SHIPPED:
            (folder / "data").mkdir(exist_ok=True)
            base = scenario._folder or Path()
            shutil.copyfile(base / table, folder / "data" / f"{name}.csv")


def _publish(partial: Path, job: Job) -> None:
    """Put the finished result in its place in one rename."""
    result = partial / "result"
    if job.out.exists():
        former = partial / "former"
        job.out.rename(former)
        result.rename(job.out)
    else:
        job.out.parent.mkdir(parents=True, exist_ok=True)
        result.rename(job.out)
    shutil.rmtree(partial, ignore_errors=True)


def _own_data(run: Run, folder: Path) -> dict[str, Any]:
    """The scenario with the user's own tables taken from the run directory."""
    given: dict[str, Any] = json.loads(json.dumps(run.scenario))
    for name, spec in given["domains"].items():
        if (folder / "data" / f"{name}.csv").is_file():
            spec["table"] = f"data/{name}.csv"
    return given


def _loaded(folder: Path) -> Run:
    try:
        return Run.load(folder)
    except ValueError as error:
        raise ScenarioError(str(error)) from error


def read_all(folders: Sequence[Path]) -> list[list[Run]]:
    """Several run directories."""
    return [load(folder) for folder in folders]

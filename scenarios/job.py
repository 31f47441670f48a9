"""A run stored on disk: checkpoints on the way, replicates on several cores, then one rename.

Work in progress lives in `.NAME.partial` beside the result: a folder per replicate with its
latest checkpoint, and what is finished. Nothing stands under the result's name before all of
it is written.
"""

import fcntl
import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis.run import Run
from scenarios import store
from scenarios.arrays import Arrays
from scenarios.build import make_domains
from scenarios.complaints import ScenarioError
from scenarios.execution import Execution
from scenarios.fields import in_domain
from scenarios.manifest import VERSION
from scenarios.processes import processes
from scenarios.progress import Progress
from scenarios.scenario import Scenario
from scenarios.store import CONTROL, check_free, load, write

CHECKPOINT_SECONDS = 5.0


class Interrupted(RuntimeError):
    """A run stopped by hand; its checkpoint stays."""


@dataclass(frozen=True)
class Job:
    """What is asked for.

    Attributes:
        out: the run directory to make.
        replicates: runs drawing from (seed, 0), (seed, 1), ...; more than 1 gives DIR/0, ...
        workers: processes; the result is the same whatever their number.
        force: replace a run that is already there.
        resume: continue an interrupted run from its last checkpoint; with `force`, where it is
            the same run, and else anew.
        report: write the report as well.
        control: run its control too, for the report, where the scenario has one.
        baselines: runs to set beside it in the report, by name.
        checkpoint: least seconds between checkpoints.
    """

    out: Path
    replicates: int = 1
    workers: int = 1
    force: bool = False
    resume: bool = False
    report: bool = True
    control: bool = True
    baselines: dict[str, list[Run]] = field(default_factory=dict)
    checkpoint: float = CHECKPOINT_SECONDS


def execute(scenario: Scenario, job: Job, progress: Progress | None = None) -> list[Run]:
    """Run a scenario and store what came of it, with its report, in `job.out`.

    Raises:
        ScenarioError: the folder is taken, or what is there to resume is another run.
        Interrupted: stopped by hand.
        OSError: the disk is full or not writable; nothing half-written is left at `out`.
    """
    check_free(job.out, job.force)
    digests = _digests(scenario)  # files that cannot be used are refused before anything is made
    partial = job.out.with_name(f".{job.out.name}.partial")
    job.out.parent.mkdir(parents=True, exist_ok=True)
    with _alone(job.out):
        return _execute(scenario, job, partial, digests, progress)


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Only one run at a time works towards a result; the lock goes with its process."""
    path = out.with_name(f".{out.name}.lock")
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ScenarioError(
                f"out: another run towards {out} is going on; allowed another folder"
            ) from None
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _execute(
    scenario: Scenario,
    job: Job,
    partial: Path,
    digests: dict[str, str],
    progress: Progress | None,
) -> list[Run]:
    _open(scenario, job, partial, digests)
    result = partial / "result"
    control = scenario.controlled() if job.report and job.control else None
    try:
        _all_replicates(scenario, job, partial, _part(progress, 0, 1 if control is None else 2))
        if control is not None:
            beside = replace(job, out=result / CONTROL, force=True, resume=True, report=False)
            execute(control, beside, _part(progress, 1, 2))
    except KeyboardInterrupt:
        _tidy(partial)
        kept = "the same command with --resume continues from the last checkpoint"
        raise Interrupted(
            f"interrupted; {kept if partial.exists() else 'nothing was kept'}"
        ) from None
    except Exception:
        _tidy(partial)
        raise
    runs = load(result)
    if job.report:
        from analysis.report import write_report

        write_report(runs, result, store.control(result) | job.baselines)
    _publish(result, job.out)
    shutil.rmtree(partial, ignore_errors=True)
    return runs


def _part(progress: Progress | None, part: int, parts: int) -> Progress | None:
    """The progress of one of several runs of the same length, as that of all."""
    if progress is None:
        return None
    return lambda done, total: progress(part * total + done, parts * total)


def _all_replicates(scenario: Scenario, job: Job, partial: Path, progress: Progress | None) -> None:
    steps = scenario.steps * scenario.passes
    total = steps * job.replicates
    todo = [r for r in range(job.replicates) if not _done(job, partial, r).exists()]
    before = total - steps * len(todo)
    if min(job.workers, len(todo)) <= 1:
        for i, replicate in enumerate(todo):
            base = before + i * steps
            step = (lambda s, _, base=base: progress(base + s, total)) if progress else None
            _one_replicate(scenario, job, partial, replicate, step)
        return
    plain, folder = scenario.plain(), scenario._folder
    given = [(plain, folder, job, partial, replicate) for replicate in todo]
    for done in in_processes(_in_worker, given, job.workers):
        if progress is not None:
            progress(before + done * steps, total)


def in_processes(
    task: Callable[..., None], given: Sequence[tuple[Any, ...]], workers: int
) -> Iterator[int]:
    """Do a task with each of the arguments given, in processes; yields how many are done.

    The first failure, or an interrupt, ends all of them.
    """
    with processes(min(workers, len(given))) as pool:
        waiting = [pool.submit(task, *arguments) for arguments in given]
        for done, future in enumerate(as_completed(waiting), start=1):
            future.result()
            yield done


def _in_worker(
    plain: dict[str, Any], folder: Path | None, job: Job, partial: Path, replicate: int
) -> None:
    _one_replicate(Scenario.parse(plain, folder), job, partial, replicate, None)


def _one_replicate(
    scenario: Scenario, job: Job, partial: Path, replicate: int, progress: Progress | None
) -> None:
    work = partial / f"work-{replicate}"
    work.mkdir(exist_ok=True)
    shutil.rmtree(work / "ledger", ignore_errors=True)
    began, latest = time.monotonic(), latest_checkpoint(work)
    execution = Execution(scenario, replicate, work / "ledger", checkpoint=latest)
    if latest is None and time.monotonic() - began >= job.checkpoint:
        store_checkpoint(execution, work)  # the first training may be as long as any
    saved = time.monotonic()

    def between(running: Execution) -> None:
        nonlocal saved
        if time.monotonic() - saved >= job.checkpoint:
            store_checkpoint(running, work)
            saved = time.monotonic()

    run = execution.finish(progress, between)
    shutil.rmtree(work / "writing", ignore_errors=True)
    write(run, scenario, work / "writing")
    done = _done(job, partial, replicate)
    done.parent.mkdir(parents=True, exist_ok=True)
    (work / "writing").rename(done)
    shutil.rmtree(work, ignore_errors=True)


def _done(job: Job, partial: Path, replicate: int) -> Path:
    result = partial / "result"
    return result / str(replicate) if job.replicates > 1 else result


def latest_checkpoint(work: Path) -> Path | None:
    """The newest complete checkpoint of a run in progress."""
    found = [p for p in work.glob("step-*") if not p.name.endswith(".new")]
    return max(found, key=lambda p: int(p.name[5:]), default=None)


def store_checkpoint(execution: Execution, work: Path) -> None:
    """Store the state under its step's name, complete or not at all.

    Older ones go, and large arrays that only they needed.
    """
    step = execution.world.steps
    fresh = work / f"step-{step}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        needed = execution.store(fresh)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    fresh.rename(work / f"step-{step}")
    for old in work.glob("step-*"):
        if old.name != f"step-{step}":
            shutil.rmtree(old, ignore_errors=True)
    Arrays.beside(fresh).keep(needed)


def _digests(scenario: Scenario) -> dict[str, str]:
    """What the domains, pretrained models and a file of links are made from."""
    digests = {name: domain.digest for name, domain in make_domains(scenario).items()}
    for model in scenario.models:
        for name in scenario.domains:
            options = in_domain(model.learner, name)
            digests |= {} if options is None else options.pretrained_from()
    links = scenario.web.links.file
    if links is not None and scenario.web.attention == "pagerank":
        path = (scenario._folder or Path()) / links
        digests[links] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return digests


def _open(scenario: Scenario, job: Job, partial: Path, digests: dict[str, str]) -> None:
    """Make the folder of work in progress, or check that it is this run's."""
    wanted = json.dumps([scenario.plain(), job.replicates, digests, VERSION], sort_keys=True)
    note = partial / "asked.json"
    if job.resume and partial.is_dir():
        if note.is_file() and note.read_text(encoding="utf-8") == wanted:
            return
        if not job.force:
            raise ScenarioError(
                f"resume: what was interrupted at {job.out} is another run; allowed the same "
                "scenario, settings and tables, or a run without --resume"
            )
    if any(partial.glob("work-*/step-*")) and not job.force:
        raise ScenarioError(
            f"out: an interrupted run towards {job.out} is kept; allowed --resume to continue it, "
            "or --force to drop it"
        )
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    note.write_text(wanted, encoding="utf-8")


def _tidy(partial: Path) -> None:
    """Drop what is half-written; all of it where there is nothing to resume from."""
    for half in (*partial.glob("work-*/writing"), *partial.glob("work-*/step-*.new")):
        shutil.rmtree(half, ignore_errors=True)
    if not (any(partial.glob("work-*/step-*")) or (partial / "result").exists()):
        shutil.rmtree(partial, ignore_errors=True)


def _publish(result: Path, out: Path) -> None:
    """Put the finished result in its place; a former run leaves only once it is there."""
    former = out.with_name(f".{out.name}.former")
    if out.exists():
        shutil.rmtree(former, ignore_errors=True)
        out.rename(former)
    result.rename(out)
    shutil.rmtree(former, ignore_errors=True)

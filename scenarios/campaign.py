"""Carrying a study out: every run that is not stored yet, on any executor, and what comes of it.

Runs go out in the order of the replicates, a world's baseline before its arms, so that whenever a
study is stopped nearly all of what is stored makes whole pairs. Each is stored as it ends, under
the hash of its content; starting again goes on with what is missing.
"""

import json
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from scenarios import shards
from scenarios.build import make_domains
from scenarios.complaints import ScenarioError
from scenarios.job import worker
from scenarios.program import program
from scenarios.study import BASELINE, Case, Outcome, Study

Progress = Callable[[int, int], None]
AHEAD = 2
"""Runs handed out at once for each worker."""
COMPARISON = "comparison.parquet"


@dataclass(frozen=True)
class Planned:
    """One run of a study: a case, a replicate, and the hash of both."""

    case: Case
    replicate: int
    key: str

    @property
    def about(self) -> dict[str, Any]:
        """Which it is, for people."""
        return {"world": self.case.world, "arm": self.case.arm, "replicate": self.replicate}


def plan(study: Study, cases: Sequence[Case]) -> list[Planned]:
    """All runs, replicate by replicate; equal cases share a run."""
    made_by = program()
    digests: dict[str, dict[str, str]] = {}
    found = []
    for replicate in range(study.replicates):
        for case in cases:
            made_from = json.dumps(case.scenario.plain()["domains"], sort_keys=True)
            if made_from not in digests:
                domains = make_domains(case.scenario)
                digests[made_from] = {name: domain.digest for name, domain in domains.items()}
            key = shards.content(case.scenario, replicate, digests[made_from], made_by)
            found.append(Planned(case, replicate, key))
    return found


def carry_out(
    study: Study,
    out: Path,
    executor: Executor | None = None,
    workers: int = 1,
    strict: bool = False,
    progress: Progress | None = None,
) -> tuple[pd.DataFrame, list[Planned]]:
    """Run what is missing of a study in a folder, and compare.

    Args:
        study: what is asked.
        out: its folder, new, or that of the same study with as many replicates or others.
        executor: where runs are made; by default `workers` processes of this machine.
        workers: how many run at once; with 1 and no executor they run in this process.
        strict: stop at the first run that fails; else it is noted, and left out.
        progress: called with the runs done and those to do.

    Returns:
        The comparison (see `comparison`), also in `out/comparison.parquet`; and all runs.

    Raises:
        ScenarioError: the folder is that of something else; nothing in it is changed.
        RuntimeError: a run failed and `strict`; or none succeeded.
    """
    cases = study.check()
    planned = plan(study, cases)
    open_folder(study, out)
    fill(out, planned, executor, workers, strict, progress)
    table = comparison(study, out, planned)
    if table.empty and study.named_arms:
        failed = shards.failures(out, [p.key for p in planned])
        raise RuntimeError(
            f"no pair of runs succeeded; the first that failed: {failed[0]['cause']}"
            if failed
            else "no pair of runs succeeded"
        )
    _write(table, out / COMPARISON)
    return table, planned


def fill(
    out: Path,
    planned: Sequence[Planned],
    executor: Executor | None = None,
    workers: int = 1,
    strict: bool = False,
    progress: Progress | None = None,
) -> None:
    """Run what of these is not stored yet in the folder of a study; see `carry_out`."""
    todo = list({p.key: p for p in planned if not shards.there(out, p.key)}.values())
    total = len({p.key for p in planned})
    done = total - len(todo)
    _tell(progress, done, total)
    for one, files, cause in _made(todo, executor, workers):
        if files is not None:
            shards.put(out, one.key, files)
        else:
            shards.fail(out, one.key, one.about, cause)
            if strict:
                raise RuntimeError(f"{_named(one)} failed: {cause}")
        done += 1
        _tell(progress, done, total)


def open_folder(study: Study, out: Path) -> None:
    """Make the folder of a study, or see that it is this one's.

    Raises:
        ScenarioError: it is that of something else.
    """
    note = out / "study.json"
    if out.exists() and not out.is_dir():
        raise ScenarioError(f"out: given {out}, which is a file; allowed a folder")
    if note.is_file():
        try:
            known = json.loads(note.read_text(encoding="utf-8"))
            same = known["digest"] == study.digest
            name = str(known["study"]["name"])
        except (ValueError, KeyError, TypeError) as error:
            raise ScenarioError(f"out: given {out}, whose study.json cannot be read") from error
        if not same:
            raise ScenarioError(
                f"out: given {out}, which holds another study ({name!r} as it was asked then); "
                "allowed a new folder, or the same study"
            )
    elif out.is_dir() and any(out.iterdir()):
        raise ScenarioError(f"out: given {out}, which exists and is not a study; allowed a new one")
    out.mkdir(parents=True, exist_ok=True)
    (out / shards.RUNS).mkdir(exist_ok=True)
    aside = out / "study.new"
    said = {"digest": study.digest, "study": study.model_dump(mode="json")}
    aside.write_text(json.dumps(said, indent=1), encoding="utf-8")
    aside.rename(note)


def comparison(study: Study, out: Path, planned: Sequence[Planned]) -> pd.DataFrame:
    """Every pair of runs that is stored, by outcome.

    Returns:
        A row a world, arm, replicate and outcome, in the order of the study: world, arm, a column
        for each lever (`lever:NAME`), replicate, outcome, baseline, value, difference (value less
        baseline), cost, baseline_cost.
    """
    wanted = sorted({"step", *(outcome.meter for outcome in study.outcomes)})
    levers = list(dict.fromkeys(name for p in planned for name in p.case.levers))
    rows: list[dict[str, Any]] = []
    base: dict[tuple[str, int], tuple[dict[str, float], float]] = {}
    for one in planned:
        if not shards.there(out, one.key):
            continue
        values = _values(study.outcomes, shards.read(out, one.key, "metrics", wanted))
        where = one.case.world, one.replicate
        if one.case.arm == BASELINE:
            base[where] = values, one.case.cost
            continue
        if where not in base:
            continue
        nothing, nothing_cost = base[where]
        for name, value in values.items():
            rows.append(
                {
                    "world": one.case.world,
                    "arm": one.case.arm,
                    **{f"lever:{lever}": one.case.levers.get(lever) for lever in levers},
                    "replicate": one.replicate,
                    "outcome": name,
                    "baseline": nothing[name],
                    "value": value,
                    "difference": value - nothing[name],
                    "cost": one.case.cost,
                    "baseline_cost": nothing_cost,
                }
            )
    columns = [
        *("world", "arm", *(f"lever:{lever}" for lever in levers), "replicate", "outcome"),
        *("baseline", "value", "difference", "cost", "baseline_cost"),
    ]
    return pd.DataFrame(rows, columns=columns)


def _values(outcomes: Sequence[Outcome], metrics: pd.DataFrame) -> dict[str, float]:
    found = {}
    for outcome in outcomes:
        column = metrics[outcome.meter]
        if outcome.when == "end":
            value = column.iloc[-1]
        elif outcome.when == "mean":
            value = column[metrics["step"] > 0].mean()
        else:
            at = column[metrics["step"] == outcome.when]
            value = at.iloc[0] if len(at) else float("nan")
        found[outcome.key] = float(value)
    return found


# ---------------------------------------------------------------------- running


def _made(
    todo: Sequence[Planned], executor: Executor | None, workers: int
) -> Iterator[tuple[Planned, shards.Files | None, str]]:
    """Every run as it ends: its files, or None and why it failed."""
    if executor is None and min(workers, len(todo)) <= 1:
        for one in todo:
            try:
                yield one, shards.made(*_given(one)), ""
            except Exception as error:
                yield one, None, _said(error)
        return
    waiting = list(reversed(todo))
    while waiting:
        suspects: list[Planned] = []
        with _pool(executor, min(workers, len(waiting))) as pool:
            yield from _through(pool, waiting, suspects, AHEAD * workers)
        if suspects and executor is not None:
            raise RuntimeError(
                "the executor given is broken; what is done is stored, and the same study goes on "
                "from there with another"
            )
        while suspects:  # one at a time, so that none is blamed for another
            guilty: list[Planned] = []
            with _pool(None, 1) as pool:
                yield from _through(pool, suspects, guilty, 1)
            for one in guilty:
                yield one, None, "its worker died, twice (out of memory?)"


def _through(
    pool: Executor, waiting: list[Planned], suspects: list[Planned], most: int
) -> Iterator[tuple[Planned, shards.Files | None, str]]:
    """Hand out what waits, a few at a time, until a worker dies; what was out is suspect then."""
    out: dict[Future[shards.Files], Planned] = {}
    try:
        while waiting or out:
            while waiting and len(out) < most:
                out[pool.submit(shards.made, *_given(waiting[-1]))] = waiting[-1]
                waiting.pop()
            for future in wait(out, return_when=FIRST_COMPLETED).done:
                try:
                    files, cause = future.result(), ""
                except BrokenExecutor:
                    raise
                except Exception as error:
                    files, cause = None, _said(error)
                yield out.pop(future), files, cause
    except BrokenExecutor:
        # an executor that takes nothing at all: what it was given first, or this would never end
        suspects += list(out.values()) or [waiting.pop()]


@contextmanager
def _pool(executor: Executor | None, workers: int) -> Iterator[Executor]:
    """The executor given, which stays; or processes of this machine, ended whatever happens."""
    if executor is not None:
        yield executor
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=worker)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    pool.shutdown()


def _given(one: Planned) -> tuple[dict[str, Any], str | None, int]:
    folder = one.case.scenario._folder
    return one.case.scenario.plain(), None if folder is None else str(folder), one.replicate


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:500]


def _named(one: Planned) -> str:
    where = f" in {one.case.world}" if one.case.world else ""
    return f"replicate {one.replicate} of {one.case.arm}{where}"


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress is not None:
        progress(done, total)


def _write(table: pd.DataFrame, place: Path) -> None:
    """A table as Parquet, complete or not at all."""
    aside = place.with_suffix(".new")
    with aside.open("wb") as file:
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), file)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(place)

"""Carrying a study out: every run that is not stored yet, on any executor, and what comes of it.

Runs go out one by one in the order of the plan: replicate by replicate, and in each a world's
baseline before its arms; it is run once, however many arms are compared with it. Each is stored as
it ends, under the hash of its content. A pair is made of what is stored (`scenarios.pairs`), no
matter who ran its halves and when. So nothing is lost by not handing out pairs whole: a study that
is stopped lacks only the runs that were out, at most two a worker, and going on makes those.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path

import pandas as pd

from scenarios import shards
from scenarios.pairs import comparison
from scenarios.plan import Planned, plan
from scenarios.pool import Workers
from scenarios.progress import Progress, tell
from scenarios.study import Study
from scenarios.study_folder import open_folder, store_comparison


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
    with Workers(executor, workers) as makers:
        fill(out, planned, makers, strict, progress)
    table = comparison(study, out, planned)
    if table.empty and study.named_arms:
        failed = shards.failures(out, [p.key for p in planned])
        raise RuntimeError(
            f"no pair of runs succeeded; the first that failed: {failed[0]['cause']}"
            if failed
            else "no pair of runs succeeded"
        )
    store_comparison(table, out)
    return table, planned


def fill(
    out: Path,
    planned: Sequence[Planned],
    makers: Workers,
    strict: bool = False,
    progress: Progress | None = None,
) -> None:
    """Run what of these is not stored, or damaged, in the folder of a study; see `carry_out`."""
    todo = list({p.key: p for p in planned if not shards.sound(out, p.key)}.values())
    total = len({p.key for p in planned})
    done = total - len(todo)
    tell(progress, done, total)
    for one, files, cause in makers.made(todo):
        if files is not None:
            shards.put(out, one.key, files)
        else:
            shards.fail(out, one.key, one.about, cause)
            if strict:
                raise RuntimeError(f"{one} failed: {cause}")
        done += 1
        tell(progress, done, total)

"""What a study costs beside its runs: workers, overhead, and memory of the parent.

Wall time; what is compared is measured in turn in one process, and the median of the ratios taken.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.memory import apart, status
from ecosystem import threads
from scenarios import shards
from scenarios.campaign import carry_out
from scenarios.study import Study

SHORT = 1000


def of_a_second(replicates: int) -> Study:
    """The main scenario's birds for as long as takes about a second, against one detector."""
    return Study.parse(
        {
            "name": "a-second",
            "scenario": "habsburg",
            "domains": ["birds"],
            "set": {"steps": 24, "meters": ["coverage", "distance"]},
            "arms": {"detector": {"policies": ["detector"]}},
            "outcomes": [{"meter": "birds.tail_coverage"}],
            "replicates": replicates,
        }
    )


def short(runs: int) -> Study:
    """Runs of a few hundredths of a second: two an arm and replicate."""
    return Study.parse(
        {
            "name": "short",
            "scenario": "wright_fisher",
            "set": {"steps": 5},
            "arms": {"sharper": {"set": {"models.*.decoding.temperature": 0.9}}},
            "outcomes": [{"meter": "topics.hill_1"}],
            "replicates": runs // 2,
        }
    )


def workers(repeats: int, replicates: int) -> dict[str, Any]:
    """Two workers beside one, and a study in this process beside its bare runs."""
    study = of_a_second(replicates)
    cases = study.check()

    def bare() -> None:
        for replicate in range(study.replicates):
            for case in cases:
                shards.made(case.scenario.plain(), None, replicate)

    def carried(number: int) -> Callable[[], None]:
        def carry() -> None:
            with tempfile.TemporaryDirectory() as folder:
                carry_out(study, Path(folder) / "study", workers=number)

        return carry

    threads.use(1)
    shards.made(cases[0].scenario.plain(), None, 0)  # what is loaded late
    timed = np.array(
        [[_timed(each) for each in (bare, carried(1), carried(2))] for _ in range(repeats)]
    )
    threads.use(2)
    runs = replicates * len(cases)
    return {
        "runs": runs,
        "a_run": float(np.median(timed[:, 0])) / runs,
        "overhead": float(np.median(timed[:, 1] / timed[:, 0])) - 1,
        "two_workers": float(np.median(timed[:, 1] / timed[:, 2])),
        "seconds": [float(x) for x in np.median(timed, axis=0)],
    }


def memory(runs: int = SHORT) -> dict[str, Any]:
    """MiB of the parent above what it has after imports, over many short runs."""
    return apart("studies", runs)


def _main(runs: int) -> None:
    study = short(runs)
    before = status("VmRSS")
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        table, _ = carry_out(study, Path(folder) / "study", workers=2)
    seconds = time.perf_counter() - begun
    mib = status("VmHWM") - before
    print(json.dumps({"runs": runs, "pairs": len(table), "mib": mib, "seconds": seconds}))


def _timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    _main(int(sys.argv[1]))

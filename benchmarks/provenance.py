"""What provenance costs: a run with ledger and kinship over the same run without; memory."""

import json
import sys
import time
from typing import Any

import numpy as np

from benchmarks.memory import apart, status
from benchmarks.worlds import FULL, many
from scenarios.execution import Execution
from scenarios.scenario import Scenario

OFF, LEDGER, BOTH = (
    {"ledger": ledger, "kinship": kinship}
    for ledger, kinship in ((False, False), (True, False), (True, True))
)
TASTES = {"share": 1, "affinity": 1.5}


def overhead(repeats: int, steps: int) -> list[dict[str, Any]]:
    """Whole runs, with meters, without provenance, with a ledger, and with kinship too."""
    meters = {"meters": "all", "measure_every": 1}
    worlds: dict[str, Scenario] = {
        "habsburg": Scenario.load("habsburg").with_(steps=min(steps, 40)),
        "100 models, 1,000 items": many(steps=steps, options=FULL).with_(meters),
        "the same, every reader with tastes of its own": many(
            steps=steps, options=FULL, take=TASTES
        ).with_(meters),
        "the same, finite": many(steps=steps, options=FULL, take=TASTES, documents="finite").with_(
            meters
        ),
        "1,000 models, 1,000 items of one value": many(
            models=1000, items=1000, steps=max(2, steps // 4)
        ).with_(meters),
        "a single model, 20 items": Scenario.load("wright_fisher").with_(steps=100),
    }
    rows = []
    for name, scenario in worlds.items():
        arms = [scenario.with_({"lineage": 0, **each}) for each in (OFF, LEDGER, BOTH)]
        seconds = np.array([[_seconds(arm) for arm in arms] for _ in range(repeats)])
        ratio = np.median(seconds / seconds[:, :1], axis=0)
        rows.append(
            {
                "world": name,
                "seconds": float(np.median(seconds[:, 0])),
                "ledger": float(ratio[1]),
                "kinship": float(ratio[2]),
            }
        )
    return rows


def _seconds(scenario: Scenario) -> float:
    begun = time.process_time()
    Execution(scenario).finish()
    return time.process_time() - begun


def memory() -> list[dict[str, Any]]:
    """Peak memory that provenance adds, MiB, after 100 and 1,000 steps, each in a process."""
    return [
        {"steps": steps, "mib": _peak(steps, True) - _peak(steps, False), "edges": _edges(steps)}
        for steps in (100, 1000)
    ]


def _peak(steps: int, kept: bool) -> float:
    return float(apart("provenance", steps, int(kept))["mib"])


def _edges(steps: int) -> int:
    return int(apart("provenance", steps, 1)["edges"])


def _main(steps: int, kept: bool) -> None:
    scenario = many(models=50, items=100, steps=steps, n=1000, take=TASTES, documents="finite")
    # nothing measured: the tables of results grow with every step, whatever is kept
    bare = {"meters": [], "measure_every": steps, "lineage": 0}
    given = scenario.with_({**bare, **(BOTH if kept else OFF)})
    execution = Execution(given)
    for _ in range(steps):
        execution.world.step()
    # what is mapped from disk is not the process's own, so anonymous memory is what counts
    own = status("RssAnon")
    edges = execution.world.ledger.tables()[1].num_rows
    print(json.dumps({"mib": own, "edges": edges}))


if __name__ == "__main__":
    _main(int(sys.argv[1]), sys.argv[2] == "1")

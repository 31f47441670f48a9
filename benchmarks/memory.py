"""Peak memory of one run above what the imports take, in a process of its own."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def apart(module: str, *given: str | int) -> dict[str, Any]:
    """What a benchmark says, as JSON, that runs as a module in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}", *map(str, given)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _main(workload: str) -> None:
    import numpy as np
    from threadpoolctl import threadpool_limits

    from benchmarks.worlds import many
    from scenarios.build import build
    from scenarios.published import ouroboros

    scenario = {
        "thousand": lambda: many(models=1000, items=1000, steps=100),
        "ouroboros-5": lambda: ouroboros.scenario(5),
        "ouroboros-100": lambda: ouroboros.scenario(100),
    }[workload]()
    build(many(models=2, items=10, steps=1)).step()  # what is imported late
    before = status("VmRSS")
    with threadpool_limits(limits=1):
        begun = time.perf_counter()
        world = build(scenario)
        for _ in range(scenario.steps):
            world.step()
        seconds = time.perf_counter() - begun
    peak = status("VmHWM")
    last = world.datacollector.agents().query(f"step == {scenario.steps}")
    domain = next(iter(world.domains))
    rare = world.domains[domain].rarest(0.2)
    shares = world.stocks[domain].voices[[model.row for model in world.models()]][:, rare]
    found = {
        "seconds": seconds,
        "mib": peak - before,
        "entropy": float(np.log2(last[f"{domain}.hill_1"]).mean()),
        "rare_documents": float(shares.max() * last[f"{domain}.documents"].max()),
        "edges": world.ledger.tables()[1].num_rows,
    }
    print(json.dumps(found))


def status(entry: str) -> float:
    """MiB that the system counts for this process: VmRSS now, VmHWM at the most so far."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split(f"{entry}:")[1].split()[0]) / 1024


if __name__ == "__main__":
    _main(sys.argv[1])

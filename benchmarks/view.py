"""What the browser view costs: steps a second, the work beyond the engine's own, and memory.

`python -m benchmarks.view [STEPS]` prints a line of JSON for each of two worlds: the main scenario,
and 100 models on 200 sites with 1,000 facts. `shown`: steps a second that a page does at most (run
and reference side by side, each in a process of its own). In milliseconds, medians: `engine`, the
run's own step; `frame`, what is gathered of it for the page; `page`, what the server then does.
`python -m benchmarks.view memory` steps a small world 1,000 times and prints resident memory.
"""

import json
import sys
import time
from statistics import median
from typing import Any

from scenarios.scenario import Scenario


def many() -> Scenario:
    """100 models, 200 sites, 50 communities, the shipped 1,000 birds."""
    given = Scenario.load("forgotten_birds").plain()
    takes = [{"source": "web", "share": 1.0, "affinity": 1.5}]
    return Scenario.parse(
        {
            "name": "many",
            "domains": {"birds": {"kind": "encyclopedia", "table": "birds"}},
            "sites": [{"name": "site", "count": 200, "retention": {"half_life": 4}, "start": 200}],
            "humans": [{"name": "people", "count": 50, "volume": 200, "writes": {"site": 1}}],
            "models": [
                {
                    "name": "model",
                    "count": 100,
                    "volume": 100,
                    "writes": {"site": 1},
                    "diet": {"n": 20_000, "takes": takes},
                    "learner": given["models"][0]["learner"],
                }
            ],
        }
    )


def frames(scenario: Scenario, steps: int) -> dict[str, float]:
    """The engine's own step, and what is gathered of it, in one process."""
    from ecosystem import threads
    from scenarios.view.engine import Engine

    threads.use(1)
    engine = Engine(scenario)
    engine.step({})
    own, gathered = [], []
    for _ in range(steps):
        begun = time.perf_counter()
        engine.world.step()
        stepped = time.perf_counter()
        engine.frame({})
        own.append(stepped - begun)
        gathered.append(time.perf_counter() - stepped)
    return {"engine": 1e3 * median(own), "frame": 1e3 * median(gathered)}


def shown(source: str, steps: int) -> dict[str, float]:
    """Run and reference as a page steps them, and what the server does with their answers."""
    from scenarios.view.drawn import Drawn
    from scenarios.view.live import Live
    from scenarios.view.worker import prepare

    prepare()
    live, drawn = Live(source=source), Drawn()
    live.step()
    every, page = [], []
    for _ in range(steps):
        begun = time.perf_counter()
        live.step()
        done = time.perf_counter()
        drawn.update(live)
        json.dumps([drawn.scene, drawn.points, live.events[:60]])
        drawn.painted(drawn.sent)
        page.append(done - begun - live.engine_seconds + time.perf_counter() - done)
        every.append(done - begun)
    live.close()
    return {"shown": round(1 / median(every), 2), "page": 1e3 * median(page)}


def memory(steps: int = 1000) -> list[list[float]]:
    """Resident MiB of run and reference after so many steps each."""
    from pathlib import Path

    from scenarios.view.live import Live
    from scenarios.view.worker import prepare

    prepare()
    live, found = Live(source="forgotten_birds", models=3), []
    for step in range(1, steps + 1):
        live._began = -1.0  # no pace
        live.step()
        if step in (100, 300) or step == steps:
            held = []
            for worker in (live._run, live._reference):
                assert worker is not None
                status = Path(f"/proc/{worker.pid}/status").read_text(encoding="utf-8")
                line = next(row for row in status.splitlines() if row.startswith("VmRSS"))
                held.append(round(int(line.split()[1]) / 2**10, 1))
            found.append([step, *held])
    live.close()
    return found


def main(arguments: list[str]) -> None:
    """Measure and print."""
    if arguments[:1] == ["memory"]:
        print(json.dumps(memory()))
        return
    steps = int(arguments[0]) if arguments else 20
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.toml"
        path.write_text(many().to_toml(), encoding="utf-8")
        worlds: dict[str, Any] = {"habsburg": "habsburg", "many": str(path)}
        for name, source in worlds.items():
            own = frames(Scenario.load(source), steps)
            rounded = {key: round(value, 2) for key, value in (own | shown(source, steps)).items()}
            print(json.dumps({"world": name} | rounded), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

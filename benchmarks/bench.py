"""Measure what the engine costs, and write `docs/performance.md`: `make bench`.

Ratios are taken within one process, medians of five; wall time. Names of parts (`python -m
benchmarks.bench thousand linear`) measure these anew and take the others from the last time;
`--render` measures nothing and writes the page anew.
`--quick` takes shorter runs and writes nothing.
"""

import datetime
import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

import jinja2  # noqa: E402
import numpy as np  # noqa: E402
from scipy import stats  # noqa: E402

from benchmarks import ancestry, faces, learning, peer, provenance, studies, words  # noqa: E402
from benchmarks.floor import ratios  # noqa: E402
from benchmarks.memory import apart  # noqa: E402
from benchmarks.worlds import FULL, PLAIN, many  # noqa: E402
from ecosystem import threads  # noqa: E402
from ecosystem.ecosystem import Ecosystem  # noqa: E402
from ecosystem.stock import Stock  # noqa: E402
from scenarios.build import build  # noqa: E402
from scenarios.execution import Execution  # noqa: E402
from scenarios.published import ouroboros  # noqa: E402
from scenarios.scenario import Scenario  # noqa: E402

ROOT = Path(__file__).parents[1]
LAST = ROOT / "out" / "bench.json"
QUICK = "--quick" in sys.argv
REPEATS = 2 if QUICK else 5
SMOOTHINGS = ("maximum_likelihood", "witten_bell")
TASTES = {"share": 1, "affinity": 1.5}


def main() -> None:
    """Measure everything; print it and, unless quick, write the page."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    parts = [
        floor,
        published,
        thousand,
        linear,
        small,
        second_thread,
        nearest_peer,
        start_up,
        prose,
        portraits,
        exercises,
        kept_provenance,
        large_ledger,
        a_study,
    ]
    found: dict[str, Any] = json.loads(LAST.read_text("utf-8")) if LAST.is_file() else {}
    found |= {"date": datetime.date.today().isoformat(), "machine": _machine()}
    chosen = [part for part in parts if part.__name__ in sys.argv] or parts
    if "--render" in sys.argv:
        chosen = []
    for part in chosen:
        print(f"{part.__name__} ...", file=sys.stderr, flush=True)
        found[part.__name__] = part()
        print(found[part.__name__], file=sys.stderr, flush=True)
    text = templates.get_template("performance.template.md").render(found)
    if QUICK:
        print(text)
    else:
        LAST.parent.mkdir(exist_ok=True)
        LAST.write_text(json.dumps(found, indent=1), encoding="utf-8")
        (ROOT / "docs" / "performance.md").write_text(text, encoding="utf-8")


# ---------------------------------------------------------------------- what is measured


def floor() -> list[dict[str, Any]]:
    """1: run over floor, 100 models x 1,000 items x 33 values, n = 10^6, everything on."""
    worlds = [
        ("all mechanisms of the main scenario", {"options": FULL}),
        ("the same, every reader with tastes of its own", {"options": FULL, "take": TASTES}),
        ("plain copying", {"options": PLAIN}),
    ]
    rows = []
    for documents in ("unlimited", "finite"):
        for name, settings in worlds:
            for number in (1, 2):
                threads.use(number)
                world = build(many(documents=documents, steps=_steps(50), **settings))
                rows.append(
                    {"documents": documents, "world": name, "threads": number}
                    | ratios(world, _steps(50), REPEATS)
                )
    threads.use(2)
    return rows


def published() -> list[dict[str, Any]]:
    """2: from 10^6 to 10^12 documents, published and crawled."""
    rows = []
    without = {"share": 1, "replace": False}
    cases = [
        ("unlimited", None, None),
        ("finite", None, None),
        ("finite", without, None),
        ("finite", None, 1000),
        ("finite", without, 1000),
    ]
    for documents, take, items in cases:
        world = partial(many, documents=documents, take=take, items=items)
        small, large = (build(world(published=p)) for p in (1e6, 1e12))
        huge = build(world(published=1e13, n=10**12))
        live = [np.count_nonzero(_stock(w).cells.sum(axis=0)) for w in (small, large)]
        rows.append(
            {
                "documents": documents,
                "replace": take is None,
                "values": 1 if items else 33,
                "published": _side_by_side(small, large),
                "live": live[1] / live[0],
                "crawled": ratios(huge, _steps(25), REPEATS)["ratio"],
            }
        )
    return rows


def thousand() -> dict[str, Any]:
    """3: 1,000 models x 1,000 items of one value x 100 steps."""
    world = build(many(models=1000, items=1000, steps=100))
    return ratios(world, _steps(100), REPEATS) | apart("memory", "thousand")


def linear() -> list[dict[str, Any]]:
    """4: slopes of the cost on log axes."""
    sizes = (1000, 2000, 5000, 10_000)  # below, what a step costs at least is seen
    steps = (10, 20, 40, 80)
    items = (10_000, 30_000, 100_000, 300_000)
    return [
        _slope("models (100 items)", sizes, lambda m: _cost(many(models=m, items=100, n=10**5))),
        _slope("steps (100 models)", steps, lambda s: _whole(many(items=1000, steps=s))),
        _slope(
            "cells (100 models, 1,000 documents an item)",
            items,
            lambda k: _cost(many(items=k, n=1000 * k)),
        ),
    ]


def small() -> list[dict[str, Any]]:
    """5: many small models, 50 items of one value."""
    rows = []
    for models in (100, 1000, 10_000):
        world = build(many(models=models, items=50, n=1000))
        seconds = ratios(world, _steps(50), REPEATS)
        rows.append({"models": models, "rate": models / seconds["step"]} | seconds)
    return rows


def second_thread() -> list[dict[str, Any]]:
    """6: one thread and two, the same bytes."""
    rows = []
    for name, scenario in (
        ("100 models x 33,000 cells", many(options=FULL)),
        ("the same, finite", many(options=FULL, documents="finite")),
        ("100 models x 30,000 cells of one value, n = 10,000", ouroboros.scenario(100)),
        ("1,000 models x 1,000 cells", many(models=1000, items=1000)),
    ):
        seconds, bytes_ = [], []
        for number in (1, 2):
            threads.use(number)
            world = build(scenario)
            seconds.append(float(np.median([_timed(world.step) for _ in range(10)])))
            bytes_.append(hashlib.sha256(_stock(world).voices.tobytes()).hexdigest())
        rows.append({"world": name, "gain": seconds[0] / seconds[1], "same": len(set(bytes_)) == 1})
    threads.use(2)
    return rows


def kept_provenance() -> dict[str, Any]:
    """12: runs with ledger and kinship over runs without, and their memory."""
    return {"overhead": provenance.overhead(REPEATS, _steps(20)), "memory": provenance.memory()}


def large_ledger() -> dict[str, Any]:
    """13: ancestry of a large ledger beside networkx."""
    return ancestry.measured(REPEATS)


def a_study() -> dict[str, Any]:
    """14: a study beside its bare runs, two workers beside one, and the parent's memory."""
    return {
        "workers": studies.workers(2 if QUICK else 3, 3 if QUICK else 15),
        "memory": studies.memory(100 if QUICK else studies.SHORT),
    }


def nearest_peer() -> dict[str, Any]:
    """7: AI-Ouroboros beside a bare numpy loop of the same work."""

    def ours() -> None:
        world = build(ouroboros.scenario(100))
        for _ in range(59):
            world.step()

    def loop(once: bool) -> None:
        peer.bare(100, once=once)

    timed = [
        (_timed(ours), _timed(partial(loop, False)), _timed(partial(loop, True)))
        for _ in range(REPEATS)
    ]
    entropies = []
    for seed in range(1, 4 if QUICK else 11):
        run = ouroboros.scenario(5).with_(seed=seed).run()
        last = run.agents[run.agents["step"] == 59]
        entropies.append(float(np.log2(last["items.hill_1"]).mean()))
    return {
        "seconds": float(np.median([run for run, _, _ in timed])),
        "bare": float(np.median([loop for _, loop, _ in timed])),
        "ratio": float(np.median([run / loop for run, loop, _ in timed])),
        "ratio_once": float(np.median([run / loop for run, _, loop in timed])),
        "entropy_5": float(np.mean(entropies)),
        "sd_5": float(np.std(entropies, ddof=1)),
        "seeds_5": len(entropies),
        "bare_entropy": peer.bare(100),
        "hundred": apart("memory", "ouroboros-100"),
    }


def start_up() -> dict[str, float]:
    """8: seconds until the help, and until a short run has its report."""
    out = ROOT / "out" / "bench-start"
    run = ["run", "wright_fisher", "--steps", "10", "--out", str(out), "--force"]
    commands = {"help": ["--help"], "run": run, "no_report": [*run, "--no-report"]}
    return {
        name: float(np.median([_timed(partial(_command, given)) for _ in range(REPEATS)]))
        for name, given in commands.items()
    }


def prose() -> dict[str, Any]:
    """9: words written a second, and a run of prose over its bare fits and draws."""
    rows = [
        {"order": order} | {rule: words.a_second(order, rule, REPEATS) for rule in SMOOTHINGS}
        for order in (1, 2, 3, 4)
    ]
    steps = _steps(25)
    return {
        "rates": rows,
        "top_p": words.a_second(2, SMOOTHINGS[0], REPEATS, top_p=0.9),
        "plain": words.over_bare(steps),
        "measured": words.over_bare(steps, "all"),
    }


def portraits() -> list[dict[str, Any]]:
    """11: a step of models of pictures over the bare fits and draws."""
    sizes = [("gaussian", 12), ("gaussian", 100), ("mixture", 12), ("kernel", 12), ("kernel", 100)]
    return [faces.over_bare(kind, models, 4 * REPEATS) for kind, models in sizes]


def exercises() -> dict[str, Any]:
    """9: a step of twelve models of exercises over scikit-learn's own fits and predictions."""
    return learning.over_bare(4 * REPEATS)


# ---------------------------------------------------------------------- how


def _steps(steps: int) -> int:
    """The length of a run: a multiple of the repeats, with a step to record in each."""
    return 4 if QUICK else steps


def _timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _stock(world: Ecosystem) -> Stock:
    return next(iter(world.stocks.values()))


def _side_by_side(one: Ecosystem, other: Ecosystem) -> float:
    """Seconds a step of the second world over the first, steps taken in turn."""
    pairs = [(_timed(one.step), _timed(other.step)) for _ in range(2 + 2 * REPEATS)][2:]
    return float(np.median([b / a for a, b in pairs]))


def _cost(scenario: Scenario, steps: int = 6) -> float:
    """Median seconds a step, after two to warm up."""
    world = build(scenario)
    return float(np.median([_timed(world.step) for _ in range(steps + 2)][2:]))


def _whole(scenario: Scenario) -> float:
    """Seconds of a complete run with its tables, after the start."""
    execution = Execution(scenario)
    return _timed(execution.finish)


def _slope(name: str, sizes: tuple[int, ...], cost: Callable[[int], float]) -> dict[str, Any]:
    """Least-squares slope of log cost on log size, with its 95 % interval."""
    sizes = sizes[:3] if QUICK else sizes
    points = [(size, cost(size)) for size in sizes for _ in range(1 if QUICK else 3)]
    fit = stats.linregress(*np.log(np.array(points)).T)
    half = fit.stderr * stats.t.ppf(0.975, len(points) - 2)
    return {
        "what": name,
        "from": sizes[0],
        "to": sizes[-1],
        "slope": float(fit.slope),
        "low": float(fit.slope - half),
        "high": float(fit.slope + half),
    }


def _command(given: list[str]) -> None:
    subprocess.run(
        [sys.executable, "run.py", *given], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )


def _machine() -> str:
    try:
        lines: Iterator[str] = iter(Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines())
        name = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        name = platform.processor() or platform.machine()
    versions = f"Python {platform.python_version()}, numpy {np.__version__}"
    return f"{name}, {os.cpu_count()} cores, {versions}"


if __name__ == "__main__":
    main()

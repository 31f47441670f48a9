"""Writes the tables of `docs/blocking.md`: `make blocking`.

Whom to block is chosen from a run's ledger, and what comes of it predicted; then the run is made
again with those blocked, on the same draws. Do the two agree?
"""

import os
import re
import sys
from collections.abc import Callable, Collection
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402

from analysis.ancestry import Ancestry  # noqa: E402
from analysis.answers.block import false_share  # noqa: E402
from analysis.blocking import greedy  # noqa: E402
from analysis.contamination import error_load, population  # noqa: E402
from analysis.layers import Floats  # noqa: E402
from analysis.listed import Listed, What, listed  # noqa: E402
from analysis.renormalised import best_refilled, renormalised  # noqa: E402
from analysis.run import Run  # noqa: E402
from scenarios.counterfactual import LISTS, rerun, takes  # noqa: E402
from scenarios.scenario import Scenario  # noqa: E402

PAGE = ROOT / "docs" / "blocking.md"
TABLES = re.compile(r"(?<=<!-- tables -->\n).*?(?=<!-- end of tables -->)", re.DOTALL)
REPLICATES = 3


@dataclass(frozen=True)
class Case:
    """A row of the table.

    Attributes:
        world: which scenario.
        k, what, target, readers: see `scenarios.counterfactual.what_would_have_stopped`.
        refilled: whether those are blocked of whom least is left, instead of those who carry most.
    """

    world: str
    k: int
    what: What = "models"
    target: str | None = None
    readers: tuple[str, ...] | None = None
    refilled: bool = False


class Outcome(NamedTuple):
    """What became of one replicate of a case; contamination as changes from 0 (none) to -1 (all).

    Attributes:
        names: who was blocked.
        whole: contamination before.
        carried: share of it that lines through the blocked carry; None where not chosen by it.
        predicted: change predicted from the ledger of the run alone.
        informed: the same, each training set making up what it makes up in the re-run.
        found: change in the re-run.
        false: share of false documents in what the target writes, before and in the re-run.
    """

    names: tuple[str, ...]
    whole: float
    carried: float
    predicted: float
    informed: float
    found: float
    false: tuple[float, float]


def one_careless() -> Scenario:
    """Six models on seven sites of their own; one of them makes up a sixth of what it writes."""
    names = "ABCDEF"
    facts = {"kind": "encyclopedia", "zipf": {"items": 200}, "wrong_values": 5}
    pages = {"retention": {"half_life": 2}}
    return Scenario.parse(
        {
            "name": "one_careless",
            "steps": 20,
            "domains": {"facts": facts},
            "sites": [
                {"name": "forum", "start": "stationary", **pages},
                *({"name": f"blog-{name}", "attention": 1 + i, **pages}
                  for i, name in enumerate(names)),
            ],
            "humans": [{"name": "people", "volume": 2000, "writes": {"forum": 1}}],
            "models": [
                {
                    "name": f"model-{name}",
                    "volume": 300,
                    "writes": {f"blog-{name}": 1},
                    "diet": {"n": 3000, "takes": [{"share": 1, "affinity": 2}]},
                    "decoding": {"claim_temperature": 0.9},
                    "learner": {
                        "kind": "frequencies",
                        "hallucination": "evidence",
                        "floor": 0.15 if name == "D" else 0.01,
                    },
                }
                for name in names
            ],
        }
    )  # fmt: skip


WORLDS: dict[str, Callable[[], Scenario]] = {
    "habsburg, birds": lambda: Scenario.load("habsburg").only("birds"),
    "habsburg, history": lambda: Scenario.load("habsburg").only("history"),
    "false_dates": lambda: Scenario.load("false_dates"),
    "monoculture": lambda: Scenario.load("monoculture"),
    "knowledge_collapse": lambda: Scenario.load("knowledge_collapse"),
    "one_careless": one_careless,
}
CASES = (
    *(
        case
        for domain in ("birds", "history")
        for case in (
            Case(f"habsburg, {domain}", 1, target="model-C@40"),
            Case(f"habsburg, {domain}", 3, target="model-C@40"),
            Case(f"habsburg, {domain}", 3, target="model-C@40", readers=("model-C",)),
            Case(f"habsburg, {domain}", 3),
            Case(f"habsburg, {domain}", 2, "sites"),
            Case(f"habsburg, {domain}", 2, "sites", refilled=True),
        )
    ),
    Case("false_dates", 1, target="model-3@40"),
    Case("false_dates", 4, target="model-3@40"),
    Case("false_dates", 7, target="model-3@40"),
    Case("false_dates", 1, "sites"),
    Case("false_dates", 1, "sites", refilled=True),
    Case("monoculture", 1, target="model-3@40"),
    Case("monoculture", 1, target="model-3@40", readers=("model-3",)),
    Case("monoculture", 2),
    Case("knowledge_collapse", 3, "communities"),
    Case("one_careless", 1, target="model-A@20"),
    Case("one_careless", 1, target="model-A@20", refilled=True),
    Case("one_careless", 2),
    Case("one_careless", 1, "sites", refilled=True),
)


def outcomes(world: str, replicate: int) -> dict[Case, Outcome]:
    """One replicate of all cases of a world."""
    scenario = WORLDS[world]()
    run = scenario.run(replicate)
    (domain,) = scenario.domains
    found = {}
    for case in (case for case in CASES if case.world == world):
        found[case] = _outcome(case, scenario, run, domain)
    return found


def _outcome(case: Case, scenario: Scenario, run: Run, domain: str) -> Outcome:
    ancestry = Ancestry(run, domain)

    def aim(lines: Ancestry) -> Floats:
        return population(lines) if case.target is None else lines.find(case.target)

    web = listed(
        ancestry,
        case.what,
        error_load(ancestry),
        case.readers,
        takes=takes(scenario, domain),
    )
    target = web.target(aim(ancestry))
    whole = float(target @ web.gates.load())
    if case.refilled:
        names = [pick.name for pick in best_refilled(web, target, case.k)]
    else:
        names = [pick.name for pick in greedy(web.gates, target, case.k)]
    blocked = [web.gates.names.index(name) for name in names]
    again = rerun(scenario, run, domain, {LISTS[case.what]: names}, case.readers)
    other = Ancestry(again, domain)
    after = [
        float(target @ renormalised(each, blocked))
        for each in (web, _informed(web, ancestry, other))
    ]
    wrong = (false_share(each, domain, case.target) for each in (run, again))
    return Outcome(
        tuple(names),
        whole,
        1 - float(target @ web.gates.load(blocked)) / whole,
        after[0] / whole - 1,
        after[1] / whole - 1,
        float(other.error_load() @ aim(other)) / whole - 1,
        tuple(np.nan if share is None else share for share in wrong),  # type: ignore[arg-type]
    )


def _informed(web: Listed, ancestry: Ancestry, other: Ancestry) -> Listed:
    """A web in which each training set makes up what it makes up in another run."""
    invented = ancestry.invented.copy()
    keys = ["kind", "name", "step"]
    there = other.nodes.set_index(keys)["invented"]
    training = ancestry.nodes[ancestry.nodes["kind"] == "training"]
    same = there.reindex(training.set_index(keys).index).to_numpy()
    known = training.index[~np.isnan(same)]
    invented[known] = same[~np.isnan(same)]
    own, passed = web.gates.own.copy(), web.gates.passed.copy()
    own[web.place] = invented
    passed[web.place] = np.where(ancestry.origin, 0.0, 1.0 - invented)
    return replace(web, gates=replace(web.gates, own=own, passed=passed))


def line(case: Case, found: Collection[Outcome]) -> str:
    """A row: means over replicates, of the re-run also the least and the greatest."""

    def mean(field: str) -> float:
        return float(np.mean([getattr(one, field) for one in found]))

    names = {one.names for one in found}
    who = f"{case.k} {case.what if case.k > 1 else case.what.removesuffix('s')}"
    who = who.replace("communitie", "community") if case.k == 1 else who
    by = "is left" if case.refilled else "is carried"
    picks = ", ".join(next(iter(names))) if len(names) == 1 else "differ"
    ends = [one.found for one in found]
    false = np.mean([one.false for one in found], axis=0)
    reads = "" if case.readers is None else ", alone"
    words = [
        case.world,
        (case.target or "all models") + reads,
        f"{who}, by what {by}",
        picks or "nobody",
        f"{mean('whole'):.4f}",
        f"{mean('carried'):.0%}",
        f"{mean('predicted'):+.1%}",
        f"{mean('informed'):+.1%}",
        f"**{mean('found'):+.1%}** ({min(ends):+.1%} to {max(ends):+.1%})",
        f"{false[0]:.2%} > {false[1]:.2%}",
    ]
    return f"| {' | '.join(words)} |"


def summary(found: dict[Case, list[Outcome]]) -> list[str]:
    """How often and by how much predictions and re-runs agree."""
    every = [one for each in found.values() for one in each if one.names]

    def row(name: str, some: list[Outcome]) -> str:
        gaps, left = (
            np.abs([getattr(one, field) - one.found for one in some])
            for field in ("predicted", "informed")
        )
        same = sum(np.sign(one.predicted) == np.sign(one.found) for one in some)
        less = sum(one.false[1] < one.false[0] for one in some)
        cells: list[Any] = [
            name,
            len(some),
            f"{same} of {len(some)}",
            f"{100 * np.median(gaps):.1f} (at most {100 * gaps.max():.1f})",
            f"{100 * np.median(left):.1f} (at most {100 * left.max():.1f})",
            f"{less} of {len(some)}",
        ]
        return f"| {' | '.join(map(str, cells))} |"

    large = [one for one in every if abs(one.predicted) >= 0.1]
    return [
        "| re-runs | number | same direction | gap, points | gap, inventions known | less false |",
        "|---|---|---|---|---|---|",
        row("all", every),
        row("predicted to change by a tenth or more", large),
        row("by less", [one for one in every if abs(one.predicted) < 0.1]),
    ]


def main() -> None:
    """Run everything and write the tables into the page."""
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        waiting = {
            world: [pool.submit(outcomes, world, replicate) for replicate in range(REPLICATES)]
            for world in WORLDS
        }
        found: dict[Case, list[Outcome]] = {}
        for world, each in waiting.items():
            results = [one.result() for one in each]
            found |= {case: [one[case] for one in results] for case in results[0]}
            print(f"{world} ...", file=sys.stderr, flush=True)
    head = [
        "| world | target | blocked | who | before | carried | predicted | inventions known "
        "| re-run | false share |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    tables = [*summary(found), "", *head, *(line(case, each) for case, each in found.items())]
    text = PAGE.read_text(encoding="utf-8")
    if not TABLES.search(text):
        raise ValueError(f"{PAGE}: no place for the tables")
    table = "\n".join(tables) + "\n"
    PAGE.write_text(TABLES.sub(lambda _: table, text), encoding="utf-8")


if __name__ == "__main__":
    main()

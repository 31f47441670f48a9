"""Writes docs/neural.json: what cheap learners of words say of neural ones, on the same networks.

    make llm-validation

Runs every network below with every learner, under every rule of what is kept, on the same seeds;
a run that is in out/neural already is taken from there, an interrupted one goes on. Then puts the
table and the picture into docs/validation.md, as `make validation` does.
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis import neural  # noqa: E402
from analysis.pictures.style import png  # noqa: E402
from scenarios.complaints import ScenarioError  # noqa: E402
from scenarios.job import Job, execute  # noqa: E402
from scenarios.scenario import Scenario  # noqa: E402
from scenarios.store import is_run, load, scenario_of  # noqa: E402
from scenarios.tiny_transformers import transformer  # noqa: E402

RUNS, PAGE = ROOT / "out" / "neural", ROOT / "docs" / "validation.md"
SEEDS = 5
Changes = Mapping[str, Any]


def ngram(order: int) -> Changes:
    """An n-gram learner whose cross-entropies are finite without help."""
    return {"kind": "ngram", "order": order, "smoothing": "witten_bell"}


@dataclass(frozen=True)
class Network:
    """Who reads whom, and what is varied.

    Attributes:
        scenario: the shipped scenario.
        title: the network in words.
        rules: by name, what is changed for each rule of what is read.
        learners: by name, the learners of its models (in the order of the scenario), and seeds.
    """

    scenario: str
    title: str
    rules: Mapping[str, Changes]
    learners: Mapping[str, tuple[tuple[Changes, ...], int]]


TENTH = {"models.*.diet.takes.0.share": 0.1, "models.*.diet.takes.1.share": 0.9}
ALONE = {"models.*.diet.takes.0.share": 1, "models.*.diet.takes.1.share": 0}
SMOLLM2 = Scenario.load("smollm").plain()["models"][0]["learner"]
NETWORKS = (
    Network(
        "tiny_transformers",
        "three models, one commons, ten generations after the first",
        {
            "replaced": {},
            "a tenth human": TENTH,
            "accumulated": {"sites.1.retention": "everything"},
        },
        {
            "n-gram": (tuple(ngram(order) for order in (2, 3, 4)), SEEDS),
            "tiny transformer": ((), SEEDS),
        },
    ),
    Network(
        "smollm",
        "two models of two libraries, one commons, three generations after the first",
        {"nine tenths from the commons": {}, "own library only": ALONE},
        {
            "n-gram": ((ngram(3),) * 2, SEEDS),
            "tiny transformer": ((transformer(2, 64, epochs=15),) * 2, SEEDS),
            "SmolLM2": ((), 1),
        },
    ),
)


def scenario(network: Network, rule: str, learner: str) -> Scenario:
    """One cell of the comparison."""
    own, _ = network.learners[learner]
    changes = dict(network.rules[rule])
    changes |= {f"models.{i}.learner": dict(each) for i, each in enumerate(own)}
    return Scenario.load(network.scenario).with_(changes)


def curves(given: Scenario, place: Path, seeds: int, workers: int) -> dict[str, Any]:
    """By measure, the mean over models in every step of every run; run where it was not yet."""
    same = is_run(place) and len(load(place)) == seeds
    if not same or scenario_of(load(place)[0], place).plain() != given.plain():
        execute(given, Job(place, seeds, workers, force=True, resume=True, report=False))
    runs = load(place)
    (domain,) = given.domains
    found = {m: [r.metrics[f"{domain}.{m}"].tolist() for r in runs] for m in neural.MEASURES}
    known = runs[0].manifest
    seconds = [run.manifest["seconds"] for run in runs]
    return {"curves": found, "versions": known["versions"], "seconds": seconds}


def main(names: list[str]) -> None:
    """Run all cells, or those of some networks and learners, and write what came of them."""
    results = neural.results()
    for network in NETWORKS:
        for learner, (_, seeds) in network.learners.items():
            for rule in network.rules:
                key = f"{network.scenario}/{learner}/{rule}"
                if names and not any(name in key for name in names):
                    continue
                print(key, flush=True)
                place = RUNS / key.replace("/", "-").replace(" ", "_")
                given = scenario(network, rule, learner)
                workers = min(seeds, len(os.sched_getaffinity(0)))
                results[key] = {
                    "title": network.title,
                    "seed": given.seed,
                    **curves(given, place, seeds, workers),
                }
                neural.RESULTS.write_text(json.dumps(results, sort_keys=True) + "\n")
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(neural.BEGIN)
    _, _, after = rest.partition(neural.END)
    if after:
        section = f"{neural.BEGIN}\n{neural.section(results)}\n{neural.END}"
        PAGE.write_text(f"{before}{section}{after}", encoding="utf-8")
    (PAGE.parent / "img" / "validation" / "neural.png").write_bytes(png(neural.picture(results)))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ScenarioError as error:
        sys.exit(f"make_neural: {error}")

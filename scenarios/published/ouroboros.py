"""AI-Ouroboros: a hundred models on one averaged web, each with its own share of fresh truth.

The workload of the nearest public simulator (KingOfRlyeh/AI-Ouroboros on GitHub), run by this
engine: 30,000 items of weight 1/rank on one web that keeps everything and starts with a mass of
1. Per step t humans add .07 e^(.015 t) and each of J models .15/J e^(.025 t) of what it writes.
Every second step a model reads 10,000 documents, a share F of them from the truth, out of the
smallest set of items that holds 90 %, and keeps a fifth of its old self.

All documents of a step stand on the web before anybody reads: models read the web of the same
step, in which each has written with its former self, so the order of models within a step does
not matter. Look at log2 of Hill 1: 9.03 bits on average over models after 59 steps is expected
(the peer's order of updates moves it by up to .05), and the rarest fifth of the items is lost
wholly. A final entropy off by more than .08 bits would refute that this is the same process.
"""

from typing import Any

from scenarios.scenario import Scenario

FRESH = (0.85, 0.9, 0.7, 0.0, 0.95)
"""Share of fresh truth in what a model reads, in turn."""


def scenario(models: int = 100) -> Scenario:
    """J models, a multiple of five; 59 steps."""
    if models < 1 or models % len(FRESH):
        raise ValueError(f"models: given {models}, allowed a multiple of {len(FRESH)} above 0")
    return Scenario.parse(
        {
            "name": "ouroboros",
            "title": "AI-Ouroboros: models on one averaged web",
            "question": "What becomes of models that read an averaged web, some with much fresh "
            "truth and some with none?",
            "notes": "Everything is expected mass (unlimited sites): the only sampling is the "
            "10,000 documents of a training set. Models retrain at steps 1, 3, ..., 59.",
            "steps": 59,
            "calendar": {"start": "2022-12-31", "unit": "month"},
            "domains": {"items": {"kind": "encyclopedia", "zipf": {"items": 30_000}}},
            "sites": [
                {"name": "internet", "documents": "unlimited", "start": 1},
                {"name": "truth", "documents": "unlimited", "start": 1, "open": False},
            ],
            "humans": [
                {
                    "name": "people",
                    "volume": {"kind": "exponential", "value": 0.07, "rate": 0.015},
                    "writes": {"internet": 1},
                    "error": 0,
                }
            ],
            "models": [_group(fresh, models) for fresh in FRESH],
            "meters": ["hill", "coverage", "contamination"],
            "measure_every": 59,
            "items": False,
        }
    )


def _group(fresh: float, models: int) -> dict[str, Any]:
    """The fifth of the models with one share of fresh truth."""
    takes = [{"source": "truth", "share": fresh}, {"source": "internet", "share": 1 - fresh}]
    return {
        "name": f"fresh-{round(100 * fresh)}",
        "count": models // len(FRESH),
        "start": {"kind": "dirichlet", "concentration": 1},
        "volume": {"kind": "exponential", "value": 0.15 / models, "rate": 0.025},
        "writes": {"internet": 1},
        "every": 2,
        "offset": 1,
        "diet": {"n": 10_000, "takes": [take for take in takes if take["share"]], "top_p": 0.9},
        "learner": {"kind": "frequencies", "inertia": 0.2},
    }


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)

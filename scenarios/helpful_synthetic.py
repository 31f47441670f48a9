"""Synthetic data that help: written where humans write little, and checked before use.

Every lab keeps a notebook that only it reads: its model writes what it has learnt, the rarer things
more often than it read them (temperature 1.5), and what a checker passes is trained on beside the
same few human documents as ever. A claim is checked against the truth, a worked exercise by
executing it; one in twenty wrong documents gets through. Look at the edge cases that models get
right, at the rare birds they know and at what they have wrong. In the control the models have the
same human documents, checked as well, and no notebook. It would be refuted if they knew as much.
`harmful_synthetic` is the same without the checker.
"""

from typing import Any

from scenarios.scenario import Scenario

HUMAN = {"birds": 2000, "exercises": 200}
"""Human documents in every training set."""
SYNTHETIC = {"birds": 8000, "exercises": 1500}
"""Documents from the model's own notebook in every training set."""
FORUM: dict[str, Any] = {"source": "forum"}


def scenario() -> Scenario:
    """Four labs that never read each other, five years."""
    return Scenario.parse(
        {
            "name": "helpful_synthetic",
            "title": "Synthetic data that help",
            "question": "Can models learn more from the same human documents with the help of "
            "text that they write themselves?",
            "notes": "Few human documents (two a species, thirty a kind of exercise) and several "
            "times as many synthetic ones; the first training is on 200 human documents. Models "
            "invent in 5 % of their claims even where they have read something, and answer "
            "exercises by what they hold likely, not only by what they hold likeliest. The "
            "checker passes 95 % of what is right, 5 % of what is wrong. A model's settings, not "
            "measurements.",
            "steps": 20,
            "calendar": {"start": "2022-12-31", "unit": "quarter"},
            "domains": {
                "birds": {"kind": "encyclopedia", "table": "birds"},
                "exercises": {"kind": "exercises"},
            },
            "sites": [
                {"name": "forum", "start": "stationary", **_LASTING},
                {"name": "notebook", "kind": "notebook", "count": 4, "open": False, **_LASTING},
            ],
            "humans": [{"name": "people", "volume": 3000, "writes": {"forum": 1}, "error": 0.02}],
            "models": [
                {
                    "name": "model",
                    "count": 4,
                    "volume": 3000,
                    "writes": {"notebook-{i}": 1},
                    "start": {"kind": "fitted", "documents": 200},
                    "diet": {"by_domain": {name: _diet(name) for name in HUMAN}},
                    "decoding": {"temperature": 1.5},
                    "learner": {
                        "by_domain": {
                            "birds": {
                                "kind": "frequencies",
                                "hallucination": "evidence",
                                "floor": 0.05,
                            },
                            "exercises": {
                                "kind": "classifier",
                                "answers": "sampled",
                                "parameters": {"min_samples_leaf": 2},
                            },
                        }
                    },
                }
            ],
            "policies": [{"kind": "verification", "true_pass": 0.95, "false_pass": 0.05}],
            "control": {
                "models.*.diet.by_domain": {
                    name: {"takes": [{**FORUM, "k": k}]} for name, k in HUMAN.items()
                }
            },
        }
    )


def _diet(domain: str) -> dict[str, Any]:
    own = {"source": "notebook-{i}", "k": SYNTHETIC[domain]}
    return {"takes": [{**FORUM, "k": HUMAN[domain]}, own]}


_LASTING = {"documents": "unlimited", "retention": {"half_life": 2}}


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)

"""The worlds that are timed: many models on ten sites that lose half in four steps."""

from typing import Any

from scenarios.scenario import Scenario

FULL = {
    "learner": {
        "kind": "frequencies",
        "estimator": "good_turing",
        "inertia": 0.2,
        "hallucination": "calibrated",
        "floor": 0.002,
    },
    "decoding": {"temperature": 0.9, "claim_temperature": 0.67},
}
"""Every mechanism of the main scenario."""
PLAIN: dict[str, Any] = {"learner": {"kind": "frequencies"}}
"""Plain copying: maximum likelihood, no decoding, no hallucination."""


def many(
    models: int = 100,
    steps: int = 50,
    n: int = 10**6,
    items: int | None = None,
    documents: str = "unlimited",
    published: float = 10**6,
    options: dict[str, Any] = PLAIN,
    take: dict[str, Any] | None = None,
) -> Scenario:
    """Models alike that read all sites and write on all; a sixth of all text is human.

    Args:
        models: number of models.
        steps: length of the run.
        n: documents each crawls a step.
        items: items of one value and weight 1/rank; the birds, 1,000 items of 33 values, where
            not given.
        documents: "unlimited" or "finite" (Poisson, pooled by site).
        published: documents a step by all authors together.
        options: learner and decoding of the models.
        take: how they read, instead of any document of the web alike.
    """
    birds = {"kind": "encyclopedia", "table": "birds"}
    numbered = {"kind": "encyclopedia", "zipf": {"items": items}}
    return Scenario.parse(
        {
            "name": "many",
            "steps": steps,
            "domains": {"facts": birds if items is None else numbered},
            "sites": [
                {
                    "name": "site",
                    "count": 10,
                    "retention": {"half_life": 4},
                    "documents": documents,
                    "start": "stationary",
                }
            ],
            "humans": [
                {"name": "people", "volume": published / 6, "writes": {"site": 1}, "error": 0.02}
            ],
            "models": [
                {
                    "name": "model",
                    "count": models,
                    "volume": published * 5 / 6 / models,
                    "writes": {"site": 1},
                    "diet": {"n": n, "takes": [take or {"share": 1}]},
                    **options,
                }
            ],
        }
    )

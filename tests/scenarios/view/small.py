"""A world small enough to be stepped dozens of times a second, with everything a page shows."""

from typing import Any

from scenarios.scenario import Scenario


def small(**changes: Any) -> Scenario:
    """Three models and two communities on four sites; forty facts with wrong values."""
    given = {
        "name": "small",
        "steps": 5,
        "costly_every": 2,
        "lineage": 2,
        "domains": {"facts": {"kind": "encyclopedia", "zipf": {"items": 40}, "wrong_values": 3}},
        "sites": [
            {"name": "forum", "count": 2, "retention": {"half_life": 3}, "start": "stationary"},
            {"name": "farm", "kind": "farm", "count": 2, "retention": {"half_life": 3}},
        ],
        "humans": [
            {"name": "people", "count": 2, "volume": 150, "writes": {"forum": 1}, "error": 0.15}
        ],
        "models": [
            {
                "name": "model",
                "count": 3,
                "volume": 120,
                "writes": {"farm": 1, "forum": 0.3},
                "diet": {"n": 200, "takes": [{"source": "web", "share": 1.0}]},
                "decoding": {"temperature": 0.9, "claim_temperature": 0.8},
                "learner": {"kind": "frequencies", "hallucination": "calibrated", "floor": 0.1},
            }
        ],
    }
    return Scenario.parse(given | changes)

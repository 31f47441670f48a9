"""Sensors: how much of the world must be measured, and how well?"""

from typing import Any

from scenarios.studies.common import BIRDS, LEAVES_OUT


def study() -> dict[str, Any]:
    """Coverage against noise, where no human writes any more."""
    return {
        "name": "sensors",
        "title": "Data that no model can fake",
        "question": "If nobody writes any more, but instruments go on measuring: how much must "
        "they see, and how well, for models not to collapse?",
        "scenario": "closed_loop",
        "domains": ["birds"],
        "design": {
            "levers": {
                "coverage": {
                    "path": "policies.sensors.coverage",
                    "values": [0.1, 0.3, 0.6, 1.0],
                    "title": "share of species that sensors see",
                },
                "noise": {
                    "path": "policies.sensors.noise",
                    "values": [0.0, 0.05, 0.2],
                    "title": "share of readings that are wrong",
                },
            },
            "policies": [{"kind": "sensors", "readings": 1000}],
        },
        "outcomes": BIRDS,
        "replicates": 3,
        "leaves_out": LEAVES_OUT,
    }

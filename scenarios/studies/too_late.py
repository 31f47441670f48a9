"""Too late: how much of the gain is left when a policy comes years later?"""

from typing import Any

from scenarios.studies.common import BIRDS, LEAVES_OUT

STARTS = (1, 5, 9, 13, 17, 21, 25, 29, 33, 37)


def study() -> dict[str, Any]:
    """A detector that all models use, from ever later quarters on."""
    return {
        "name": "too_late",
        "title": "How late is too late",
        "question": "All models begin to leave out what a good detector flags. How much of what "
        "that gains by 2032 is left if it comes later?",
        "scenario": "habsburg",
        "domains": ["birds"],
        "design": {
            "levers": {
                "start": {
                    "path": "policies.detector.start",
                    "values": list(STARTS),
                    "title": "first quarter (1: early 2023)",
                }
            },
            "policies": [{"kind": "detector"}],
        },
        "outcomes": BIRDS,
        "replicates": 5,
        "leaves_out": LEAVES_OUT,
    }

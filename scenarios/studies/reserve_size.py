"""A reserve: how much human text from before the models must be kept, and how much of it read?"""

from typing import Any

from scenarios.studies.common import BIRDS, LEAVES_OUT


def study() -> dict[str, Any]:
    """Size of the archive against its share of training, where no human writes any more."""
    return {
        "name": "reserve_size",
        "title": "The size of a reserve",
        "question": "If nobody writes any more, how much human text must have been kept, and how "
        "much of every training set must it be?",
        "scenario": "closed_loop",
        "domains": ["birds"],
        "design": {
            "levers": {
                "documents": {
                    "path": "policies.archive.documents",
                    "values": [1000, 5000, 25000, 125000],
                    "title": "documents in the archive",
                },
                "share": {
                    "path": "policies.archive.share",
                    "values": [0.05, 0.2, 0.5],
                    "title": "share of every training set",
                },
            },
            "policies": [{"kind": "archive"}],
        },
        "outcomes": BIRDS,
        "replicates": 3,
        "leaves_out": LEAVES_OUT,
    }

"""The best portfolio: which two policies together, under a budget?"""

from typing import Any

from scenarios.studies.all_defences import DEFENCES
from scenarios.studies.common import BIRDS, LEAVES_OUT, START

CANDIDATES = (
    *("disclosure", "detector", "verification", "curation"),
    *("archive", "paid_writing", "retraction", "source_cap"),
)


def study() -> dict[str, Any]:
    """Eight policies, each alone and every pair of them."""
    return {
        "name": "best_portfolio",
        "title": "Two policies together",
        "question": "Which two policies together do most for what they cost?",
        "scenario": "habsburg",
        "domains": ["birds"],
        "arms": {
            kind: {
                "says": DEFENCES[kind][2],
                "policies": [
                    {"kind": kind, "start": START, "cost": DEFENCES[kind][1], **DEFENCES[kind][0]}
                ],
            }
            for kind in CANDIDATES
        },
        "combine": 2,
        "outcomes": BIRDS,
        "replicates": 4,
        "leaves_out": LEAVES_OUT,
    }

"""The best portfolio: which two policies together, under a budget?"""

from typing import Any

from scenarios.studies.all_defences import DEFENCES
from scenarios.studies.common import BIRDS, LEAVES_OUT, START

BUDGET = 100_000
"""Documents over the whole run: as many as humans write in its first three years."""
CANDIDATES = (
    *("disclosure", "detector", "verification", "curation"),
    *("archive", "paid_writing", "retraction", "source_cap"),
)


def study() -> dict[str, Any]:
    """Eight policies, each alone and every pair of them that the budget allows."""
    return {
        "name": "best_portfolio",
        "title": "Two policies together",
        "question": "Which two policies together do most where, over ten years, no more may be "
        f"spent than {BUDGET:,} documents cost?",
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
        "budget": BUDGET,
        "outcomes": BIRDS,
        "replicates": 4,
        "leaves_out": LEAVES_OUT,
    }

"""Peak data: what does it cost when humans write less and less, with models on the web or not?"""

from math import log
from typing import Any

from scenarios.studies.common import BIRDS, LEAVES_OUT

DECLINES = (0.01, 0.03, 0.06, 0.12)
"""By how much human writing falls in a quarter, after mid 2025."""


def study() -> dict[str, Any]:
    """Human writing that falls at four speeds, against writing that stays, in two worlds."""
    rate = "humans.community.volume.rate"
    return {
        "name": "peak_data",
        "title": "Peak data",
        "question": "What is lost when humans write less and less after 2025, and is it more where "
        "models fill the web?",
        "scenario": "habsburg",
        "domains": ["birds"],
        "set": {rate: 0.0},
        "arms": {
            f"falls by {decline:.0%} a quarter": {
                "says": f"human writing falls by {decline:.0%} a quarter from mid 2025 on",
                "set": {rate: log(1 - decline)},
            }
            for decline in DECLINES
        },
        "worlds": {
            "models publish": {},
            "models do not publish": {"models.*.volume": 0.0},
        },
        "outcomes": BIRDS,
        "replicates": 5,
        "leaves_out": LEAVES_OUT,
    }

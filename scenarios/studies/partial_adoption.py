"""Partial adoption: who gains when only some models read carefully?"""

from typing import Any

from scenarios.studies.common import BIRDS, LEAVES_OUT, START


def study() -> dict[str, Any]:
    """A detector used by a part of the models, and a watermark that a part of them puts on."""
    shares = (0.25, 0.5, 0.75, 1.0)
    detector = {
        f"detector, {share:.0%} of models": {
            "says": f"{share:.0%} of models leave out what a detector flags",
            "policies": [{"kind": "detector", "start": START, "compliance": share}],
        }
        for share in shares
    }
    watermark = {
        f"watermark, {share:.0%} of models": {
            "says": f"{share:.0%} of models mark what they write; all leave out what is marked",
            "policies": [{"kind": "watermark", "start": START, "compliance": share}],
        }
        for share in shares
    }
    return {
        "name": "partial_adoption",
        "title": "Who complies, who gains",
        "question": "If only some models take part, do those gain that do, or those that do not?",
        "scenario": "habsburg",
        "domains": ["birds"],
        "arms": detector | watermark,
        "outcomes": BIRDS,
        "replicates": 5,
        "leaves_out": LEAVES_OUT,
    }

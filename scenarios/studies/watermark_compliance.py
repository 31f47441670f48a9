"""Watermarks: how many models must mark, and how well must marks be found, to matter?"""

from typing import Any

from scenarios.studies.common import BIRDS, LEAVES_OUT, START


def study() -> dict[str, Any]:
    """Compliance against the quality of detection, on the facts of the main scenario."""
    return {
        "name": "watermark_compliance",
        "title": "Watermarks: compliance and detection",
        "question": "How many models must watermark what they write, and how surely must the mark "
        "be found, for the others to stay diverse and right?",
        "scenario": "habsburg",
        "domains": ["birds"],
        "design": {
            "levers": {
                "compliance": {
                    "path": "policies.watermark.compliance",
                    "values": [0.25, 0.5, 0.75, 1.0],
                    "title": "share of models that mark",
                },
                "detection": {
                    "path": "policies.watermark.hit",
                    "values": [0.5, 0.8, 0.99],
                    "title": "share of marked documents that are found",
                },
            },
            "policies": [{"kind": "watermark", "start": START}],
        },
        "outcomes": [BIRDS[1], BIRDS[0], *BIRDS[2:]],
        "replicates": 5,
        "leaves_out": "Models that mark lose nothing by it here, and nobody rewrites text to get "
        "rid of the mark (set removal to see that). " + LEAVES_OUT,
    }

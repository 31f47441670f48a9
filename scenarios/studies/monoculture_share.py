"""Monoculture: how much of machine text may one model write?"""

from typing import Any

from scenarios.monoculture import MACHINE, MODELS
from scenarios.studies.common import LEAVES_OUT

SHARES = (0.25, 0.5, 0.75, 0.9)


def study() -> dict[str, Any]:
    """The share of the first of eight models, against eight that write equally much."""
    return {
        "name": "monoculture_share",
        "title": "The share of the largest model",
        "question": "Eight models feed one another. From which share of the largest on does it "
        "matter whose voice it is?",
        "scenario": "monoculture",
        "set": {"models.*.volume": MACHINE / MODELS},
        "arms": {
            f"{share:.0%}": {
                "says": f"the largest model writes {share:.0%} of machine text",
                "set": {
                    **{
                        f"models.model-{i}.volume": (1 - share) * MACHINE / (MODELS - 1)
                        for i in range(2, MODELS + 1)
                    },
                    "models.model-1.volume": share * MACHINE,
                },
            }
            for share in SHARES
        },
        "outcomes": [
            {"meter": "birds.kl", "better": "lower", "title": "distance from the truth (nats)"},
            {"meter": "birds.hill_1", "title": "species a model writes about (effective number)"},
            {"meter": "birds.divergence", "title": "how unlike models are (nats)"},
            {"meter": "birds.tail_coverage", "title": "rarer half of species that a model knows"},
        ],
        "replicates": 8,
        "leaves_out": LEAVES_OUT,
    }

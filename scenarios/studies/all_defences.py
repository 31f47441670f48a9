"""All defences: every policy against the main scenario, ranked."""

from typing import Any

from scenarios.studies.common import BIRDS, LEAVES_OUT, START

MODELS = 12
DEFENCES: dict[str, tuple[dict[str, Any], float, str]] = {
    "watermark": ({}, 1000, "all models mark what they write, and leave out what is marked"),
    "signature": ({}, 2000, "humans sign, and models read only what is signed"),
    "disclosure": ({}, 100, "models declare four fifths of what they write, and leave that out"),
    "detector": ({}, 500, "models leave out what a detector flags"),
    "soft_detector": ({}, 500, "models draw less often what a detector suspects"),
    "verification": ({"true_pass": 0.95, "false_pass": 0.3}, 6000, "claims are checked"),
    "curation": ({"budget": 200}, 200 * MODELS, "experts write 200 documents for each model"),
    "archive": ({}, 100, "a tenth of training is a snapshot from before the models"),
    "human_quota": ({"minimum": 0.8}, 1000, "four fifths of what models read is human"),
    "paid_writing": ({"spending": 2000}, 2000, "2,000 documents more are paid for"),
    "sensors": ({"readings": 500}, 500, "instruments see a fifth of the species"),
    "tail_training": ({}, 100, "rare species count for more in training"),
    "reward": ({"strength": 2.0}, 6000, "the best of four, as a checker judges"),
    "surprise": ({}, 500, "models prefer what they do not expect"),
    "likelihood_filter": ({}, 100, "models drop the tenth that they find least likely"),
    "deduplication": ({}, 100, "of documents that say the same, five are read"),
    "opt_out": ({"compliance": 0.5}, 0, "half of the sites may not be crawled"),
    "source_cap": ({"cap": 0.1}, 100, "no site is more than a tenth of a diet"),
    "least_inbred": ({}, 1000, "models read the mix that is least inbred, no more human"),
    "retraction": ({"compliance": 0.5}, 1000, "half of the sites correct what is found out"),
}
"""By policy: settings, cost a quarter, and what is done in words."""


def study() -> dict[str, Any]:
    """One arm for each policy, each alone and complied with by all unless it says otherwise."""
    return {
        "name": "all_defences",
        "title": "All defences, each alone",
        "question": "Which policy changes most of what goes wrong in the main scenario, and what "
        "does it cost?",
        "scenario": "habsburg",
        "domains": ["birds"],
        "arms": {
            kind: {
                "says": says,
                "policies": [{"kind": kind, "start": START, "cost": cost, **settings}],
            }
            for kind, (settings, cost, says) in DEFENCES.items()
        },
        "outcomes": BIRDS,
        "replicates": 5,
        "leaves_out": LEAVES_OUT,
    }

"""Too late: how much of the gain is left when a policy comes years later?"""

from typing import Any

from scenarios.studies.common import BIRDS, LEAVES_OUT

STARTS = (1, 5, 9, 13, 17, 21, 25, 29, 33, 37)
WORLDS: dict[str, dict[str, Any]] = {
    "models take up again what they forgot": {},
    "models do not": {"models.*.learner.vocabulary": "closed"},
}


def study() -> dict[str, Any]:
    """A human quota that all models keep, from ever later quarters on, in two kinds of models."""
    return {
        "name": "too_late",
        "title": "How late is too late",
        "question": "All models begin to read nine tenths human text. How much of what that gains "
        "by 2032 is left if it comes later: where a model can take up again what it has forgotten, "
        "and where what one generation cannot write, the next does not perceive?",
        "scenario": "forgotten_birds",
        "design": {
            "levers": {
                "start": {
                    "path": "policies.human_quota.start",
                    "values": list(STARTS),
                    "title": "first quarter (1: early 2023)",
                }
            },
            "policies": [{"kind": "human_quota", "minimum": 0.9}],
        },
        "worlds": WORLDS,
        "outcomes": [BIRDS[3], BIRDS[0]],
        "replicates": 5,
        "leaves_out": "People go on writing as before, so that there is human text to come back "
        "to, and everybody knows what is human. " + LEAVES_OUT,
    }

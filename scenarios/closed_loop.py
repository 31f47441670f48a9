"""No human writes after the start: everything collapses.

As `habsburg`, but human writing stops after row 0 and models publish as much as humans did.
Tails, evenness and the differences between models go, and wrong values come to lead on many of
the items still spoken of. Were diversity to survive here, no other result could be trusted.
"""

from scenarios import habsburg
from scenarios.scenario import Scenario


def scenario() -> Scenario:
    """`habsburg` without human writing from step 1 on."""
    return habsburg.scenario().with_(
        {
            "name": "closed_loop",
            "title": "Models train on models only",
            "question": "What is left when no human writes any more?",
            "humans.*.volume": habsburg.by_domain(
                {
                    "kind": "table",
                    "steps": [0, 1],
                    "values": [written / habsburg.COMMUNITIES, 0],
                }
                for written in (habsburg.WRITING, habsburg.SKILLED)
            ),
            "models.*.volume": habsburg.by_domain(
                (
                    habsburg.WRITING / len(habsburg.NAMES),
                    habsburg.SKILLED * len(habsburg.SKILLS) / len(habsburg.NAMES),
                )
            ),
        }
    )


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)

"""As `habsburg`, but the AI share of new documents stays where it was measured in 2025.

Human writing does not fall, so the share rises to .52 and stays. Compare with `habsburg` to
see what the continued rise costs. If both ended alike, the peak would not matter.
"""

from scenarios import habsburg
from scenarios.scenario import Scenario


def scenario() -> Scenario:
    """`habsburg` with level human writing."""
    return habsburg.scenario().with_(
        {
            "name": "calibrated_plateau",
            "title": "The AI share stays where it was measured",
            "question": "What if half of what is new stays human?",
            "humans.*.volume": habsburg.level(),
        }
    )


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)

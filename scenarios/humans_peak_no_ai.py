"""The second control: what the peak in human writing alone costs, without any text by models.

As `habsburg`, but models only read. What this run loses is not model collapse; only what
`habsburg` loses beyond it is. Equal losses in a meter would mean that models reading models
does nothing to it.
"""

from scenarios import habsburg
from scenarios.scenario import Scenario


def scenario() -> Scenario:
    """`habsburg` without publishing models."""
    return habsburg.scenario().with_(
        {
            "name": "humans_peak_no_ai",
            "title": "Human writing peaks, and models do not publish",
            "question": "What does the peak in human writing cost by itself?",
            "models.*.volume": 0,
        }
    )


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)

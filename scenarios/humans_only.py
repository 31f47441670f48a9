"""The control: models train and are measured, but nobody publishes what they write.

Everything else is as in `habsburg`, except that human writing stays level. The web starts at
its stationary archive. Nothing should move, but for a slow approach of the models' smoothing
to its own balance over the first ten steps or so. A trend in any meter after that would refute
every claim made from `habsburg`.
"""

from scenarios import habsburg
from scenarios.scenario import Scenario


def scenario() -> Scenario:
    """`habsburg` without publishing models and without the peak in human writing."""
    return habsburg.scenario().with_(
        {
            "name": "humans_only",
            "title": "Models read, but only humans write",
            "question": "Does anything move while only humans write?",
            "models.*.volume": 0,
            "humans.*.volume": habsburg.level(),
        }
    )


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)

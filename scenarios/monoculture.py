"""One model writes nearly all, and its blind spots become everybody's.

Eight models read different forums, so that they come to know the same thousand birds through
unlike tastes. Here one of them writes nine tenths of all machine text, and everybody reads it: its
community's taste becomes everybody's. In the control the eight write equally much; all else is the
same, the volume of machine text too, and their unlike tastes even out on the farms. Look at how
far what models write, and what the public believes, is from the truth. It would be refuted if one
voice served as well as eight. How much it costs depends on whose taste leads: run replicates. With
some leaders models end up to five times as far from the truth as with eight voices, and with a
sixth of their variety (the shipped seed draws such a one); with others a third farther, and with
as much variety as with eight. They may then end nearer to the truth than they began, when each
knew one forum. With none of thirteen that were tried does one voice serve as well.

Variety does not win everywhere: where models have room for few species only (capacity), those that
read the average of eight all keep the same common ones, while one leader's odd taste keeps some
rare birds known.
"""

from typing import Any

from scenarios.scenario import Scenario

MODELS, MACHINE = 8, 6000.0
"""Models, and documents that they write a quarter together."""
LEADER = 0.9
"""Share of these that the first model writes."""


def scenario() -> Scenario:
    """Eight models, eight communities of unlike tastes, ten years."""
    volumes = [LEADER * MACHINE, *[(1 - LEADER) * MACHINE / (MODELS - 1)] * (MODELS - 1)]
    return Scenario.parse(
        {
            "name": "monoculture",
            "title": "One voice for all",
            "question": "How far from the truth does it lead when one model writes what all others "
            "read?",
            "notes": "Two thirds of what a model reads stands on the farms that models write, a "
            "third on the forum of one community of humans, each model another. Tastes of the "
            "communities are wide (sd 1.5 of the log). A model's settings, not measurements.",
            "steps": 40,
            "calendar": {"start": "2022-12-31", "unit": "quarter"},
            "domains": {"birds": {"kind": "encyclopedia", "table": "birds"}},
            "sites": [
                {
                    "name": "forum",
                    "kind": "human",
                    "count": MODELS,
                    "start": "stationary",
                    **_LASTING,
                },
                {"name": "farm", "kind": "farm", **_LASTING},
            ],
            "humans": [
                {
                    "name": "community",
                    "count": MODELS,
                    "volume": 1000,
                    "writes": {"forum-{i}": 1},
                    "topic_spread": 1.5,
                }
            ],
            "models": [_model(i, volume) for i, volume in enumerate(volumes, start=1)],
            "control": {"models.*.volume": MACHINE / MODELS},
        }
    )


def _model(i: int, volume: float) -> dict[str, Any]:
    return {
        "name": f"model-{i}",
        "volume": volume,
        "writes": {"farm": 1},
        "start": {"kind": "fitted", "source": "diet"},
        "diet": {
            "n": 20000,
            "takes": [{"source": f"forum-{i}", "share": 1 / 3}, {"source": "farm", "share": 2 / 3}],
        },
        "decoding": {"temperature": 0.9},
        "learner": {"kind": "frequencies", "hallucination": "evidence"},
    }


_LASTING = {"documents": "unlimited", "retention": {"half_life": 2}}


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)

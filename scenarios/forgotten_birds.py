"""Rare birds are forgotten by models that read what models write.

Six models write four in five documents about a thousand species and read what all write, a little
keener on what is common than what they read (temperature .9). What is rare is missed in a crawl,
written less, and missed more often: look at how many of the rarer half a model still speaks of,
and at the list of species that no model knows. In the control models are the same and write as
much, but read humans only: they should miss about as much in the end as in the first year. It
would be refuted if the two kept the same birds.
"""

from scenarios.scenario import Scenario


def scenario() -> Scenario:
    """Six models, ten years; the web keeps what is written for about two quarters."""
    return Scenario.parse(
        {
            "name": "forgotten_birds",
            "title": "The rare birds are forgotten",
            "question": "What becomes of what is seldom written about when models read models?",
            "notes": "Humans write 2,000 documents a quarter on birds, models 8,000: half as "
            "much again as the share of machine text that was measured in 2025. A crawl of "
            "20,000 documents sees four in five of the rarer species. A model's settings, not "
            "measurements.",
            "steps": 40,
            "calendar": {"start": "2022-12-31", "unit": "quarter"},
            "domains": {"birds": {"kind": "encyclopedia", "table": "birds"}},
            "sites": [
                {"name": "forum", "kind": "human", "start": "stationary", **_LASTING},
                {"name": "farm", "kind": "farm", **_LASTING},
            ],
            "humans": [{"name": "people", "volume": 2000, "writes": {"forum": 1}, "error": 0.02}],
            "models": [
                {
                    "name": "model",
                    "count": 6,
                    "volume": 8000 / 6,
                    "writes": {"farm": 1},
                    "diet": {"n": 20000},
                    "decoding": {"temperature": 0.9},
                    "learner": {"kind": "frequencies", "hallucination": "evidence"},
                }
            ],
            "control": {"models.*.diet.takes": [{"source": "forum", "share": 1}]},
        }
    )


_LASTING = {"documents": "unlimited", "retention": {"half_life": 2}}


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)

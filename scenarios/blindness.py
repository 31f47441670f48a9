"""Human text goes and comes again, and models that are used to their own do not see it.

For five years models read hardly anything that humans wrote; then humans write as much as before.
Models here have a habit that is common in practice: a vocabulary that is closed (what a generation
could not write, the next does not perceive). Look at how many of the rare birds are known again
in the end, and at the path there and back, which is not the same. The control reads with an open
vocabulary: it forgets as well, and recovers. It would be refuted if both came back alike, or
neither did.

A filter that drops what a model finds least likely blinds too, but less: try `--policy
likelihood_filter:share=0.05 --set models.*.learner.vocabulary=open`. It keeps rare birds out while
humans write as well, so that there is less to lose and less comes back; a hundredth dropped hardly
matters.
"""

from typing import Any

from scenarios.scenario import Scenario

DRYING, DRY, WET, BACK, END = 8, 10, 30, 32, 56
"""Quarters: human writing falls from the first to the second, and is back from the third to the
fourth."""


def scenario() -> Scenario:
    """Six models, fourteen years, in five of which humans hardly write."""
    return Scenario.parse(
        {
            "name": "blindness",
            "title": "When human text returns, nobody sees it",
            "question": "Do models recover when human writing comes back?",
            "notes": "Human writing falls from 8,000 documents a quarter to 50, and comes back as "
            "it was; models write 3,600 all the time, so that 98 % of what they read is then by "
            "models (30 % at other times). A crawl of 20,000 sees four in five rare species when "
            "humans write. Temperature near that of habsburg. Models have no warm starts "
            "(inertia): these keep forgotten birds in a vocabulary, and so protect it. A model's "
            "settings, not measurements of any lab.",
            "steps": END,
            "calendar": {"start": "2022-12-31", "unit": "quarter"},
            "domains": {"birds": {"kind": "encyclopedia", "table": "birds"}},
            "sites": [
                {
                    "name": "web-site",
                    "documents": "unlimited",
                    "retention": {"half_life": 2},
                    "start": "stationary",
                }
            ],
            "humans": [
                {
                    "name": "people",
                    "writes": {"web-site": 1},
                    "error": 0.02,
                    "volume": {
                        "kind": "table",
                        "steps": [0, DRYING, DRY, WET, BACK],
                        "values": [8000, 8000, 50, 50, 8000],
                    },
                }
            ],
            "models": [_models()],
            "control": {"models.*.learner.vocabulary": "open"},
        }
    )


def _models() -> dict[str, Any]:
    return {
        "name": "model",
        "count": 6,
        "volume": 600,
        "writes": {"web-site": 1},
        "diet": {"n": 20000},
        "decoding": {"temperature": 0.93},
        "learner": {"kind": "frequencies", "vocabulary": "closed", "hallucination": "evidence"},
    }


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)

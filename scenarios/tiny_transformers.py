"""Tiny transformers: neural language models of three sizes, trained on what all of them wrote.

Three transformers, from 60,000 to 500,000 weights, are trained from nothing on 1,200 speeches from
nine plays, publish 500 documents each on one web, and from then on train, from nothing again, on
1,200 documents of the web: only what the three wrote last (data are replaced). In the control the
web keeps everything, the human speeches too (data accumulate). `make llm-demo` also runs it with a
tenth of every training set from the human library. Shumailov et al. (2024) and Gerstgrasser et al.
(2024) lead one to expect that cross-entropy on held-out human text rises where data are replaced,
and less or hardly where they accumulate or a tenth stays human. Look at what they write, by
generation, at the cross-entropy, and at the vocabulary. That it rises as much in the control would
refute the story; so would models that keep all their words on nothing but their own text.

Needs the extra `llm` (`make llm`). About three minutes, as much again for the control.
"""

from typing import Any

from scenarios.scenario import Scenario

READ, WRITTEN = 1200, 500
SIZES = {"small": (1, 32), "medium": (2, 64), "large": (3, 96)}
"""Layers, and numbers at each token."""


def transformer(layers: int, hidden: int, **options: Any) -> dict[str, Any]:
    """A transformer trained from nothing: small batches and a high rate, for few documents."""
    sizes = {"layers": layers, "hidden": hidden, "epochs": 3, "batch": 16, "learning_rate": 0.005}
    return {"kind": "transformer", **sizes, **options}


def scenario() -> Scenario:
    """Three models, one web of which only the latest stays, ten generations after the first."""
    return Scenario.parse(
        {
            "name": "tiny_transformers",
            "title": "Tiny transformers",
            "question": "What becomes of neural language models that are trained on each other's "
            "text, if the human text is replaced and if it is kept?",
            "steps": 10,
            "control": {"sites.1.retention": "everything"},
            "domains": {"plays": {"kind": "prose", "width": 24}},
            "sites": [
                {
                    "name": "library",
                    "retention": "everything",
                    "documents": "finite",
                    "start": 5000,
                    "open": False,
                },
                {
                    "name": "commons",
                    "retention": "latest",
                    "documents": "finite",
                    "volume": "exact",
                    "start": READ,
                },
            ],
            "humans": [
                {"name": "writers", "volume": 0, "writes": {"library": 1}},
                {"name": "people", "volume": 0, "writes": {"commons": 1}},
            ],
            "models": [
                {
                    "name": name,
                    "start": {"kind": "fitted", "source": "diet"},
                    "volume": WRITTEN,
                    "writes": {"commons": 1},
                    "diet": {
                        "n": READ,
                        "takes": [
                            {"source": "library", "share": 0},
                            {"source": "commons", "share": 1},
                        ],
                    },
                    "learner": transformer(*size),
                }
                for name, size in SIZES.items()
            ],
        }
    )


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)

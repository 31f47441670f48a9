"""A study whose runs take a few hundredths of a second."""

from typing import Any

from scenarios.study import Study


def small(**fields: Any) -> Study:
    """Two arms against a small web, on three outcomes."""
    return Study.parse(
        {
            "name": "small",
            "question": "Which of two?",
            "scenario": {
                "name": "web",
                "steps": 6,
                "domains": {"d": {"kind": "encyclopedia", "zipf": {"items": 30}}},
                "sites": [{"name": "forum", "retention": {"half_life": 2}, "start": "stationary"}],
                "humans": [{"name": "people", "volume": 300, "writes": {"forum": 1}}],
                "models": [
                    {
                        "name": "m",
                        "count": 3,
                        "volume": 200,
                        "writes": {"forum": 1},
                        "diet": {"n": 200},
                        "decoding": {"temperature": 0.9},
                        "learner": {"kind": "frequencies", "hallucination": "evidence"},
                    }
                ],
            },
            "arms": {
                "detector": {"says": "filter", "policies": ["detector:start=2,cost=3"]},
                "few models": {"set": {"models.m.count": 2}},
            },
            "outcomes": [
                {"meter": "d.hill_1"},
                {"meter": "d.false_share", "better": "lower", "when": "mean"},
                {"meter": "d.tail_coverage", "when": 3},
            ],
            "replicates": 3,
            **fields,
        }
    )

"""A made-up date becomes what everybody says.

Models that have read little of an event make a date up, near the true one; others read it and,
having read little else, believe it. Look at the events on which most models agree on a wrong year,
and at how false the web is on an event. In the control models never make anything up: what is
false on the web is then human error alone, and as rare as at the start. It would be refuted if
as many falsehoods became established there. A sharper decoding does not make this worse: it says
the leading date, which is still the true one on most events.
"""

from scenarios.scenario import Scenario


def scenario() -> Scenario:
    """Eight models, ten years, a web of some 17,000 documents on 1,185 events."""
    return Scenario.parse(
        {
            "name": "false_dates",
            "title": "A made-up date becomes an accepted fact",
            "question": "Do the mistakes that models make become what everybody believes?",
            "notes": "Humans err in 2 % of documents. Models invent where evidence is thin, at the "
            "rate that calibration asks of them (Kalai & Vempala 2024), and say the likeliest date "
            "more often than they read it (claim temperature .67). They write four in five "
            "documents, and train on three or four an event: above a hundred hardly anything "
            "would be invented. A model's settings, not measurements.",
            "steps": 40,
            "calendar": {"start": "2022-12-31", "unit": "quarter"},
            "domains": {"history": {"kind": "encyclopedia", "table": "history"}},
            "sites": [
                {"name": "forum", "kind": "human", "start": "stationary", **_LASTING},
                {"name": "farm", "kind": "farm", **_LASTING},
            ],
            "humans": [{"name": "people", "volume": 1000, "writes": {"forum": 1}, "error": 0.02}],
            "models": [
                {
                    "name": "model",
                    "count": 8,
                    "volume": 500,
                    "writes": {"farm": 1},
                    "diet": {"n": 4000},
                    "decoding": {"claim_temperature": 0.67},
                    "learner": {"kind": "frequencies", "hallucination": "evidence"},
                }
            ],
            "control": {"models.*.learner.hallucination": "never"},
        }
    )


_LASTING = {"documents": "finite", "retention": {"half_life": 2}}


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)

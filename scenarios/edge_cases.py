"""Edge cases go first: models that learn exercises from each other's worked examples.

Eight models learn six kinds of exercise by decision trees whose leaves hold at least three
examples. They publish problems they have read with their own answers, a little more of what is
common (temperature .9), while people write less and less. Rare cases are few in a crawl of a
thousand and get fewer; a leaf that may not be smaller answers them like their neighbours, and so
the models' own examples of them are wrong. Shows the accuracy on edge cases falling far more than
that on common ones, and cases that no model gets right any more. Look at the map of cases, and at
how wrong the web is on edge cases while hardly wrong at all on the whole. It is rarity that does
it more than error: with `--policy verification` models read no wrong example, and lose edge cases
all the same, since what is wrong is thrown out and not put right. In the control models publish
nothing. It loses a little too, because fewer people write: that it lost nearly as much would refute
the mechanism.
"""

from scenarios.scenario import Scenario


def scenario() -> Scenario:
    """Eight models, one forum, thirty quarters."""
    return Scenario.parse(
        {
            "name": "edge_cases",
            "title": "Edge cases go first",
            "question": "What happens to the rare cases of a rule, such as century years, when "
            "models learn it from each other's worked examples?",
            "steps": 30,
            "control": {"models.*.volume": 0},
            "domains": {"exercises": {"kind": "exercises"}},
            "sites": [{"name": "forum", "retention": {"half_life": 2}, "start": "stationary"}],
            "humans": [
                {
                    "name": "people",
                    "volume": {"kind": "exponential", "value": 1000, "rate": -0.05},
                    "writes": {"forum": 1},
                }
            ],
            "models": [
                {
                    "name": "model",
                    "count": 8,
                    "start": {"kind": "fitted", "documents": 1000},
                    "volume": 300,
                    "writes": {"forum": 1},
                    "diet": {"n": 1000},
                    "decoding": {"temperature": 0.9},
                    "learner": {
                        "kind": "classifier",
                        "parameters": {"min_samples_leaf": 3},
                    },
                }
            ],
        }
    )


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)

"""Edge cases go first: models that learn exercises from each other's worked examples."""

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
                    "learner": {
                        "kind": "classifier",
                        "parameters": {"min_samples_leaf": 3},
                    },
                }
            ],
        }
    )

"""One model on nothing but its own output: the Wright-Fisher law A-01.

Shows drift in its purest form: diversity H = 1 - sum p^2 decays as H0 (1 - 1/n)^t although
every single retraining is faithful on average. Look at Hill 2, 1 / (1 - H). A mean of H over
replicates that leaves H0 (1 - 1/n)^t by more than three standard errors would refute it.
"""

from scenarios.scenario import Scenario


def scenario() -> Scenario:
    """Twenty equally likely items, 100 documents a generation."""
    return Scenario.parse(
        {
            "name": "wright_fisher",
            "title": "One model on its own output",
            "question": "What does training on one's own output do, with nothing else wrong?",
            "steps": 100,
            "domains": {"topics": {"kind": "encyclopedia", "zipf": {"items": 20, "exponent": 0}}},
            "sites": [{"name": "notebook", "retention": "latest", "documents": "unlimited"}],
            "models": [
                {
                    "name": "model",
                    "start": "truth",
                    "volume": 100,
                    "writes": {"notebook": 1},
                    "diet": {"n": 100, "takes": [{"source": "notebook", "share": 1}]},
                }
            ],
        }
    )


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)

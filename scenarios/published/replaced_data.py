"""Replace or accumulate: linear regression that learns from its own answers.

Forty models, each on a site of its own, are fitted to 100 human problems of 10 numbers (noise 1)
and from then on to what the former generation wrote, 20 times. Gerstgrasser et al. (2024, arXiv
2404.01413) and Dohmatob et al. (2024, arXiv 2402.07712): where data are replaced, the test error
grows in proportion to generations, n U with U = sigma^2 d / (T - d - 1) = .112; where they
accumulate it stays below pi^2 / 6 = 1.645 times U. Look at the test error by generation: a
straight line here, and flat in the control, in which sites keep everything and models take it
all. An error of the replaced that levels off, or one of the accumulated that does not, would
refute that this engine draws as these laws do (`run.py validate A-21 A-22` holds them to
standard errors).
"""

from scenarios.scenario import Scenario

ROWS = 100


def scenario(models: int = 40) -> Scenario:
    """As many replicates of one model on nothing but its own answers; 20 generations."""
    return Scenario.parse(
        {
            "name": "replaced_data",
            "title": "Replace or accumulate",
            "question": "What becomes of a regression that learns from its own answers, if the "
            "human ones are replaced and if they are kept?",
            "steps": 20,
            "control": {"sites.*.retention": "everything"},
            "domains": {"problems": {"kind": "regression"}},
            "sites": [
                {
                    "name": "own",
                    "count": models,
                    "documents": "finite",
                    "volume": "exact",
                    "retention": "latest",
                    "start": ROWS,
                }
            ],
            "humans": [{"name": "people", "count": models, "writes": {"own-{i}": 1}}],
            "models": [
                {
                    "name": "model",
                    "count": models,
                    "start": {"kind": "fitted", "source": "diet"},
                    "volume": ROWS,
                    "writes": {"own-{i}": 1},
                    "diet": {"takes": [{"source": "own-{i}", "all": True}]},
                    "learner": {"kind": "regressor", "noise": 1},
                }
            ],
        }
    )


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)

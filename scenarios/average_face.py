"""Every face becomes the same face: loss of variance among models of pictures.

Six models of three kinds learn to draw handwritten digits from a web on which they publish, and
draw a little nearer to the middle than what they learnt (temperature .7, as cautious decoding
does), while human pictures get fewer. Shows variance and recall falling from generation to
generation, and precision rising: everything typical, nothing else. Look at the strip of pictures,
and at the median beside the mean: averages can hide it (law A-13). The control is the same with
temperature 1, where variance and recall must not fall: that they did there as well would refute
the mechanism. It is no healthy world for that: it drifts the other way, towards noise (variance
rises a little, precision falls, and coverage, which noise does not reach, falls as well).
"""

from scenarios.scenario import Scenario

MODELS = (
    {"kind": "gaussian"},
    {"kind": "gaussian", "estimator": "unbiased"},
    {"kind": "mixture", "components": 3, "covariance": "full"},
    {"kind": "mixture", "components": 5, "covariance": "full"},
    {"kind": "mixture", "components": 10, "covariance": "tied"},
    {"kind": "kernel", "bandwidth": 0.05},
)
NAMES = "ABCDEF"


def scenario() -> Scenario:
    """Six models of three kinds, one gallery, forty quarters."""
    return Scenario.parse(
        {
            "name": "average_face",
            "title": "Every face becomes the same face",
            "question": "What happens to models of pictures that train on each other's pictures, "
            "each drawing a little nearer to the middle than what it saw?",
            "steps": 40,
            "control": {"models.*.decoding.temperature": 1},
            "costly_every": 5,
            "domains": {"digits": {"kind": "portraits"}},
            "sites": [
                {"name": "gallery", "retention": {"half_life": 2}, "start": "stationary"},
            ],
            "humans": [
                {
                    "name": "people",
                    "volume": {"kind": "exponential", "value": 400, "rate": -0.15},
                    "writes": {"gallery": 1},
                }
            ],
            "models": [
                {
                    "name": f"model-{name}",
                    "start": {"kind": "fitted", "documents": 600},
                    "volume": 100,
                    "writes": {"gallery": 1},
                    "diet": {"n": 600},
                    "decoding": {"temperature": 0.7},
                    "learner": learner,
                }
                for name, learner in zip(NAMES, MODELS, strict=True)
            ],
        }
    )


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)

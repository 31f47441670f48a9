"""What portraits cost beyond numpy and scikit-learn: the same fits and draws, made bare."""

import time
import warnings
from typing import Any

import numpy as np

from ecosystem.sampling import Floats, Generator
from scenarios.build import build
from scenarios.scenario import Scenario

READ, WRITTEN, COMPONENTS, FLOOR = 600, 50, 5, 1e-3
WARM = 3
LEARNERS: dict[str, dict[str, Any]] = {
    "gaussian": {"kind": "gaussian"},
    "mixture": {"kind": "mixture", "components": COMPONENTS, "covariance": "full", "floor": FLOOR},
    "kernel": {"kind": "kernel"},
}


def gallery(kind: str, models: int) -> Scenario:
    """Models of one kind that read 600 pictures a step from one site, of which they draw half."""
    return Scenario.parse(
        {
            "name": "gallery",
            "meters": [],
            "items": False,
            "domains": {"digits": {"kind": "portraits"}},
            "sites": [{"name": "site", "retention": {"half_life": 2}, "start": "stationary"}],
            "humans": [{"name": "people", "volume": models * WRITTEN, "writes": {"site": 1}}],
            "models": [
                {
                    "name": "model",
                    "count": models,
                    "volume": WRITTEN,
                    "writes": {"site": 1},
                    "diet": {"n": READ},
                    "start": {"kind": "fitted", "documents": READ},
                    "learner": LEARNERS[kind],
                }
            ],
        }
    )


def over_bare(kind: str, models: int, repeats: int) -> dict[str, Any]:
    """Seconds of a step without meters, of the bare work in it, and their ratio; in turn."""
    world = build(gallery(kind, models))
    for _ in range(WARM):
        world.step()
    rng, timed = np.random.default_rng(1), []
    for _ in range(repeats):
        begun = time.perf_counter()
        world.step()
        step = time.perf_counter() - begun
        lessons = [model.training["digits"].rows for model in world.models()]
        begun = time.perf_counter()
        for rows in lessons:
            bare(kind, rows, rng)
        timed.append((step, time.perf_counter() - begun))
    ratios = [step / floor for step, floor in timed]
    return {
        "kind": kind,
        "models": models,
        "step": float(np.median([step for step, _ in timed])),
        "bare": float(np.median([floor for _, floor in timed])),
        "ratio": float(np.median(ratios)),
        "least": float(min(ratios)),
        "greatest": float(max(ratios)),
    }


def bare(kind: str, rows: Floats, rng: Generator) -> None:
    """Draw a training set of its size, fit it, draw what is published."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture
    from sklearn.neighbors import KernelDensity

    rows = rows[rng.integers(len(rows), size=len(rows))]
    if kind == "gaussian":
        mean, covariance = rows.mean(axis=0), np.cov(rows, rowvar=False, bias=True)
        rng.multivariate_normal(mean, covariance, WRITTEN, method="eigh")
        return
    if kind == "kernel":
        KernelDensity(bandwidth="scott").fit(rows).sample(WRITTEN)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        seed = int(rng.integers(2**31))
        mixture = GaussianMixture(COMPONENTS, reg_covar=FLOOR, random_state=seed).fit(rows)
    mixture.sample(WRITTEN)

"""A-32: where errors settle when synthetic documents inherit them and each adds its own.

Option set: hallucination `constant` with floor eps (what a model writes is wrong with chance
eps, else as what it read); humans err with e_h; each document human with probability f. The
law's e is the error of a training set, E' = (1 - f)(E + (1 - E) eps) + f e_h; what the model
then writes is wrong with E + (1 - E) eps. Derived for this project.
"""

import numpy as np
import pytest

from scenarios.replicated import UNLIMITED, Floats, claims, humans, scenario, watch
from scenarios.scenario import Scenario
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
R = 100
KNOWLEDGE = {"zipf": {"items": 20}, "wrong_values": 4}


def erring(seed: int, steps: int, n: int, f: float, eps: float, e_h: float) -> Scenario:
    """R models on a web of their own and a share f of human text."""
    takes = [{"source": "people's", "share": f}, {"source": "own-{i}", "share": 1 - f}]
    return scenario(
        seed,
        steps,
        KNOWLEDGE,
        [{"name": "people's", **UNLIMITED}, {"name": "own", "count": R, **UNLIMITED}],
        [
            {
                "name": "m",
                "count": R,
                # of 0 humans errors at the start: what it writes first is true
                "start": {"kind": "given"},
                "volume": 1,
                "writes": {"own-{i}": 1},
                "diet": {"n": n, "takes": takes if f else takes[1:]},
                "learner": {"kind": "frequencies", "hallucination": "constant", "floor": eps},
            }
        ],
        humans=[{**humans(volume=1, writes={"people's": 1}), "error": e_h}],
    )


def written(given: Scenario, rows: list[int]) -> dict[int, Floats]:
    """(R,) false share of what each model writes, by row."""
    return watch(given, rows, lambda world: 1 - claims(world, "m")[:, :, 0].sum(axis=1))


def levels(f: float, eps: float, e_h: float, steps: int) -> Floats:
    """(steps + 1,) expected error of what models write, by generation."""
    e = np.zeros(steps + 1)
    for t in range(steps):
        read = (1 - f) * e[t] + f * e_h
        e[t + 1] = read + (1 - read) * eps
    return e


@pytest.mark.parametrize("seed", SEEDS)
def test_errors_settle_at_the_level_of_the_law(seed: int) -> None:
    f, eps, e_h, steps, n = 0.2, 0.02, 0.01, 40, 1000
    settled = ((1 - f) * eps + f * e_h) / (1 - (1 - f) * (1 - eps))
    assert settled == pytest.approx(0.0833, abs=5e-5)
    seen = written(erring(seed, steps, n, f, eps, e_h), [1, 5, steps])
    law = levels(f, eps, e_h, steps)
    late = (seen[steps] - eps) / (1 - eps)  # the training set behind what is written
    assert (law[-1] - eps) / (1 - eps) == pytest.approx(settled, abs=1e-4)
    holds(
        "A-32",
        seed,
        {f"written t={t}": (seen[t], float(law[t])) for t in (1, 5)} | {"e*": (late, settled)},
    )
    fails("A-32, errors not handed on", seed, {"e*": (late, (1 - f) * eps + f * e_h)})


@pytest.mark.parametrize("seed", SEEDS)
def test_without_humans_errors_pile_up(seed: int) -> None:
    eps, n, rows = 0.02, 1000, [1, 10, 20]
    law = 1 - (1 - eps) ** np.arange(21)
    assert law[20] == pytest.approx(0.332, abs=5e-4)
    seen = written(erring(seed, 20, n, 0.0, eps, 0.01), rows)
    holds("A-32, f = 0", seed, {f"e t={t}": (seen[t], float(law[t])) for t in rows})
    slower = 1 - (1 - eps / 2) ** 20
    fails("A-32 with half the errors", seed, {"e t=20": (seen[20], slower)})


def test_faithful_models_only_hand_on_the_errors_of_humans() -> None:
    """eps = 0: errors are neutral, e* = e_h (no amplification without a mechanism)."""
    f, e_h, steps = 0.5, 0.05, 20
    seen = written(erring(SEEDS[0], steps, 1000, f, 0.0, e_h), [steps])
    holds("A-32, eps = 0", SEEDS[0], {"e*": (seen[steps], float(levels(f, 0, e_h, steps)[-1]))})

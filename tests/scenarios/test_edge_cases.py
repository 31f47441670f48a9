"""The story of `edge_cases`: rare cases go, common ones stay, and neither without models' text."""

from typing import Any

import numpy as np
import pytest

from analysis import worked
from analysis.run import Run
from scenarios.scenario import Scenario
from scenarios.target import mean_of
from tests.theory.verdict import Floats

REPLICATES = 6
STEPS = 24
BARE: dict[str, Any] = {
    "meters": ["capability"],
    "ledger": False,
    "measure_every": STEPS,
    "steps": STEPS,
}


def bare() -> Scenario:
    return Scenario.load("edge_cases").with_(BARE)


@pytest.fixture(scope="module")
def both() -> tuple[list[Run], list[Run]]:
    """Replicates of the scenario, and of its control on the same draws."""
    given, other = bare(), bare().controlled()
    assert other is not None
    return (
        [given.run(r) for r in range(REPLICATES)],
        [other.run(r) for r in range(REPLICATES)],
    )


def falls(runs: list[Run], column: str) -> Floats:
    """(R,) fall of a meter of the exercises from the start to the end."""
    values = [run.metrics[f"exercises.{column}"] for run in runs]
    return np.array([float(each.iloc[0] - each.iloc[-1]) for each in values])


def interval(values: Floats) -> tuple[float, float]:
    """What the mean of replicates is at least and at most: three standard errors."""
    mean, error, _ = mean_of(values)
    print(f"R={values.size} mean={mean:.4f} se={error:.4f}")
    return mean - 3 * error, mean + 3 * error


def test_edge_cases_go_first_and_common_ones_mostly_stay(both: tuple[list[Run], list[Run]]) -> None:
    told, _ = both
    edge, common = falls(told, "accuracy_edge"), falls(told, "accuracy_common")
    assert interval(edge)[0] > 0.15
    assert interval(edge - 3 * common)[0] > 0
    for run in told:
        assert run.metrics["exercises.branches_lost"].iloc[-1] >= 1
        assert (
            run.metrics["exercises.web_wrong_edge"].iloc[-1]
            > 5 * run.metrics["exercises.web_wrong"].iloc[-1]
        )


def test_without_models_text_they_mostly_stay(both: tuple[list[Run], list[Run]]) -> None:
    """A little goes there too: fewer people write, and what stands is read more than once."""
    told, control = (falls(runs, "accuracy_edge") for runs in both)
    assert interval(told - control)[0] > 0.1
    assert interval(control)[1] < interval(told)[0]
    wrong = [falls(runs, "web_wrong_edge") for runs in both]
    assert interval(wrong[1] - wrong[0])[0] > 0.05


def test_what_is_lost_is_rare(both: tuple[list[Run], list[Run]]) -> None:
    found = worked.branches(both[0][:1], "exercises")
    assert found is not None
    assert found["lost"]
    assert all(row["edge"] for row in found["lost"])


def test_checking_what_is_read_does_not_bring_back_what_is_rare() -> None:
    """Wrong examples are thrown out, not put right: rare cases get rarer still in what is read."""
    given = bare().with_(policies=[{"kind": "verification"}])
    assert interval(falls([given.run(r) for r in range(3)], "accuracy_edge"))[0] > 0.1

"""Every target of `run.py validate`, with fewer replicates and on one of its seeds.

The command itself runs them whole, on both seeds. Here a target that has few replicates anyway,
or whose tolerance is the source's own and needs them all (`whole`), is run with all.
"""

import json

import numpy as np
import pytest

from analysis.validation import validation_page
from scenarios.target import (
    KNOWN,
    SEEDS,
    Outcome,
    Target,
    bounded,
    judged,
    limit,
    near,
    positive,
    sampled,
)
from scenarios.validate import targets

pytestmark = pytest.mark.theory
EVERY = targets()
FEWER = 5
LEAST = 40
"""Replicates below which an estimated standard error is too unsure for the rule."""


@pytest.mark.parametrize("kind", EVERY)
def test_the_engine_reproduces_it(kind: str) -> None:
    target = EVERY[kind]
    whole = target.whole or target.replicates < LEAST
    outcome = target.check(
        SEEDS[:1], target.replicates if whole else max(LEAST, target.replicates // FEWER)
    )
    wrong = [number for number in outcome.numbers if not number.passed]
    assert outcome.passed, (outcome.failure, wrong)
    plain = outcome.plain()
    json.dumps(plain, allow_nan=False)
    assert plain["id"] == kind and plain["passed"]


@pytest.mark.parametrize("kind", EVERY)
def test_it_says_what_is_claimed_by_whom_and_how_that_is_known(kind: str) -> None:
    target = EVERY[kind]
    assert target.claim.endswith(".") and len(target.claim) <= 100
    assert target.source and target.family
    letters = target.known_as.replace("(abs)", "").replace("(data)", "").replace(",", "")
    assert set(letters) - {" "} <= set(KNOWN), target.known_as


def test_a_family_shares_the_chance_of_a_false_alarm() -> None:
    assert [round(limit(m), 1) for m in (1, 13, 360)] == [3.0, 3.7, 4.5]
    values = np.tile([-1.0, 1.0], 50)  # mean 0, standard error .1005
    error = float(values.std(ddof=1) / 10)
    alone = judged([sampled("x", values, 3.2 * error)], seed=1)
    among = judged([sampled("x", values, 3.2 * error)] + [sampled("y", values, 0)] * 12, seed=1)
    assert [number.passed for number in alone] == [False]
    assert all(number.passed for number in among)


def test_what_is_not_random_does_not_widen_a_family() -> None:
    values = np.tile([-1.0, 1.0], 50)
    error = float(values.std(ddof=1) / 10)
    sure = [sampled("sure", [1.0, 1.0], 1.0)] * 12
    found = judged([sampled("x", values, 3.2 * error), *sure], seed=1)
    assert [number.passed for number in found] == [False] + [True] * 12


def test_one_replicate_shows_no_direction() -> None:
    assert not judged([positive("x", [1.0])], 1)[0].passed
    assert judged([positive("x", [1.0, 1.0])], 1)[0].passed


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_a_number_fails_and_is_told(value: float) -> None:
    class Undefined(Target):
        kind, claim, source, known_as = "X-2", "A claim.", "nobody", "D"
        family, replicates = "none", 2

        def numbers(self, seed: int, replicates: int) -> list:  # type: ignore[type-arg]
            values = [value, 1.0]
            return [
                sampled("x", values, 1.0, at=1),
                near("x", values, 1.0, at=2, absolute=1),
                bounded("x", values, low=0.0, at=3),
                positive("x", values, at=4),
            ]

    outcome = Undefined.check(seeds=(1,))
    assert [number.passed for number in outcome.numbers] == [False] * 4
    plain = outcome.plain()
    apart = {**plain, "numbers": [{**number, "at": None} for number in plain["numbers"]]}
    page, _ = validation_page([plain, apart], {}, KNOWN)
    assert "not defined" in page


def test_each_rule_can_fail() -> None:
    values = np.array([1.0, 1.1, 0.9, 1.0])
    cases = [
        (near("x", values, 1.02, relative=0.03), near("x", values, 1.02, relative=0.01)),
        (bounded("x", values, low=1.05), bounded("x", values, low=1.2)),
        (bounded("x", values, high=0.95), bounded("x", values, high=0.8)),
        (positive("x", values), positive("x", values - 0.95)),
        (sampled("x", values, 1.05), sampled("x", values, 1.2)),
        (sampled("x", [1.0, 1.0], 1.0), sampled("x", [1.0, 1.0], 1.1)),
    ]
    for good, bad in cases:
        assert judged([good], 1)[0].passed, good
        assert not judged([bad], 1)[0].passed, bad


def test_the_foremost_number_is_one_that_fails() -> None:
    class Two(Target):
        kind, claim, source, known_as = "X-1", "A claim.", "nobody", "D"
        family, replicates = "none", 4

        def numbers(self, seed: int, replicates: int) -> list:  # type: ignore[type-arg]
            values = np.arange(replicates, dtype=float)
            return [sampled("far", values, 99.0), near("close", values, 1.5, absolute=1)]

    outcome: Outcome = Two.check(seeds=(1, 2))
    assert not outcome.passed and outcome.foremost.name == "far"
    assert [number.seed for number in outcome.numbers] == [1, 1, 2, 2]

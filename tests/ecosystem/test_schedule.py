"""Volumes over time."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from ecosystem.schedule import MAXIMUM, Constant, Exponential, Linear, Logistic, Schedule, Table

adapter: TypeAdapter[Any] = TypeAdapter(Schedule)
volumes = st.floats(0, 1e15)


@given(value=volumes, step=st.integers(-10, 10**6))
def test_a_constant_never_changes(value: float, step: int) -> None:
    assert Constant(value=value).at(step) == value


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (Linear(value=10, slope=2, start=3), {0: 10, 3: 10, 4: 12, 8: 20}),
        (Linear(value=10, slope=-4, start=0), {0: 10, 2: 2, 3: 0, 99: 0}),
        (Exponential(value=8, rate=math.log(0.5), start=2), {0: 8, 2: 8, 3: 4, 5: 1}),
        (Logistic(ceiling=10, midpoint=4, rate=1), {4: 5, 6: 10 / (1 + math.exp(-2)), 9999: 10}),
        (Logistic(ceiling=10, midpoint=4, rate=-1), {4: 5, 9999: 0, -9999: 10}),
        (Table(steps=[2, 4, 8], values=[10, 20, 0]), {0: 10, 2: 10, 3: 15, 4: 20, 6: 10, 9: 0}),
    ],
    ids=["rising", "falling to nothing", "halving", "logistic", "fading", "table"],
)
def test_a_schedule_follows_its_formula(schedule: Any, expected: dict[int, float]) -> None:
    for step, volume in expected.items():
        assert schedule.at(step) == pytest.approx(volume, abs=1e-12), f"step {step}"


schedules = st.one_of(
    st.builds(Linear, value=volumes, slope=st.floats(-1e15, 1e15), start=st.integers(0, 99)),
    st.builds(Exponential, value=volumes, rate=st.floats(-10, 10), start=st.integers(0, 99)),
    st.builds(Logistic, ceiling=volumes, midpoint=st.floats(-1e9, 1e9), rate=st.floats(-10, 10)),
)


@given(schedule=schedules, step=st.integers(-10, 10**5))
def test_a_volume_is_never_negative_nor_beyond_what_can_be_counted(
    schedule: Any, step: int
) -> None:
    assert 0 <= schedule.at(step) <= MAXIMUM


@given(schedule=schedules)
def test_a_schedule_survives_the_way_through_a_file(schedule: Any) -> None:
    plain = adapter.dump_python(schedule, mode="json")
    assert adapter.validate_python(plain) == schedule


@given(schedule=schedules, step=st.integers(0, 300))
def test_without_its_decline_a_schedule_is_as_high_as_it_has_ever_been(
    schedule: Any, step: int
) -> None:
    highest = max(schedule.at(t) for t in range(step + 1))
    assert schedule.undiminished().at(step) == pytest.approx(highest, rel=1e-12)
    assert schedule.undiminished().undiminished() == schedule.undiminished()


def test_a_schedule_that_never_falls_is_itself_without_its_decline() -> None:
    for schedule in (
        Constant(value=3),
        Linear(value=1, slope=0.5),
        Exponential(value=1, rate=0.1, start=4),
        Logistic(ceiling=2, midpoint=3, rate=0.5),
        Table(steps=[0, 5, 9], values=[1, 1, 4]),
    ):
        assert schedule.undiminished() is schedule


def test_a_table_without_its_decline_keeps_each_value_the_highest_so_far() -> None:
    table = Table(steps=[-10, 10, 20, 30], values=[20, 10, 40, 5]).undiminished()
    assert [table.at(step) for step in (0, 10, 15, 20, 25, 99)] == [15, 15, 25, 40, 40, 40]


def test_a_bare_number_is_a_constant() -> None:
    assert adapter.validate_python(3) == Constant(value=3)


@pytest.mark.parametrize(
    "bad",
    [
        -1,
        math.nan,
        math.inf,
        1e16,
        True,
        "many",
        {"kind": "constant"},
        {"kind": "cubic", "value": 1},
        {"kind": "linear", "value": 1, "slope": math.inf},
        {"kind": "exponential", "value": 1, "rate": 11},
        {"kind": "exponential", "value": 1, "rate": 0, "start": -1},
        {"kind": "logistic", "ceiling": 1, "midpoint": math.nan, "rate": 1},
        {"kind": "table", "steps": [], "values": []},
        {"kind": "table", "steps": [1, 1], "values": [1, 2]},
        {"kind": "table", "steps": [1, 2], "values": [1]},
        {"kind": "table", "steps": [1], "values": [-1]},
        {"kind": "constant", "value": 1, "volume": 2},
    ],
    ids=str,
)
def test_what_is_no_volume_is_refused(bad: Any) -> None:
    with pytest.raises(ValidationError):
        adapter.validate_python(bad)


def test_a_table_of_unequal_length_is_refused_in_one_sentence() -> None:
    with pytest.raises(ValidationError, match="given 2 and 1 of them, allowed as many of one"):
        Table(steps=[1, 2], values=[3])

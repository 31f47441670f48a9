"""What moves in a step: the same from the living world and from the ledger."""

from collections.abc import Callable

import numpy as np
import pytest

from analysis.network import flows
from analysis.run import Run
from analysis.traffic import Traffic, cast, recorded, traffic
from scenarios.execution import Execution
from scenarios.scenario import Scenario


def lived(scenario: Scenario) -> tuple[list[Traffic], Run]:
    """The traffic of every step as it was taken, and the run that came of it."""
    execution, found = Execution(scenario), []
    while execution.world.steps < scenario.steps:
        execution.world.step()
        found.append(traffic(execution.world))
    return found, execution.result()


def check_alike(scenario: Scenario) -> tuple[list[Traffic], Run]:
    live, run = lived(scenario)
    for one, other in zip(live, recorded(run), strict=True):
        assert (one.step, one.cast) == (other.step, other.cast)
        np.testing.assert_allclose(one.published, other.published, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(one.read, other.read, rtol=1e-9, atol=1e-9)
    assert any(each.published.any() for each in live)
    assert any(each.read.any() for each in live)
    return live, run


def test_the_world_and_its_ledger_tell_the_same(small: Callable[..., Scenario]) -> None:
    live, _ = check_alike(small())
    gamma = cast(small().plain()).models.index("gamma")
    assert live[0].read[gamma].any()
    assert not live[1].read[gamma].any()  # it reads every second step


def test_also_with_marks_and_filters(small: Callable[..., Scenario]) -> None:
    marked = [{"kind": "watermark", "start": 2}, {"kind": "detector", "start": 3}]
    check_alike(small(policies=marked, steps=4))


def test_the_main_scenario_tells_what_flows_says() -> None:
    live, run = check_alike(Scenario.load("habsburg").with_(steps=2))
    for each in live:
        published, read = flows(run, each.step, each.step)
        for name, own in zip(each.cast.authors, each.published, strict=True):
            wanted = published[published["author"] == name].groupby("site")["documents"].sum()
            assert dict(zip(each.cast.sites, own, strict=True)) == pytest.approx(
                dict.fromkeys(each.cast.sites, 0.0) | wanted.to_dict()
            )
        for origin in (False, True):
            wanted = read[read["synthetic"] == origin]["documents"].sum()
            assert each.read[:, :, int(origin)].sum() == pytest.approx(wanted)


def test_nothing_moves_at_the_start(small: Callable[..., Scenario]) -> None:
    start = traffic(Execution(small()).world)
    assert start.step == 0
    assert not start.published.any()
    assert not start.read.any()


def test_a_run_without_ledger_is_refused(small: Callable[..., Scenario]) -> None:
    with pytest.raises(ValueError, match="kept no ledger"):
        recorded(small(ledger=False, steps=1).run())

"""Same scenario and seed, same bits: whatever the order, the workers, the resume, the policies."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.run import Run
from scenarios.execution import Execution
from scenarios.scenario import Scenario
from scenarios.store import same_table
from tests.conftest import small_world

Make = Callable[..., Scenario]
NOTHING = {"kind": "nothing", "start": 2}


def equal(one: Run, other: Run) -> bool:
    tables = ("metrics", "agents", "items", "nodes", "edges")
    return all(same_table(getattr(one, t), getattr(other, t)) for t in tables)


def of(run: Run, names: list[str]) -> pd.DataFrame:
    return run.agents[run.agents["agent"].isin(names)].reset_index(drop=True)


def test_a_run_repeats_bit_for_bit_and_another_seed_or_replicate_does_not(small: Make) -> None:
    run = small().run()
    assert equal(run, small().run())
    assert not same_table(run.metrics, small(seed=6).run().metrics)
    assert not same_table(run.metrics, small().run(replicate=1).metrics)


def test_replicate_r_of_another_seed_is_another_world(small: Make) -> None:
    assert not same_table(small(seed=1).run(1).metrics, small(seed=2).run(1).metrics)


def test_doing_nothing_is_bit_identical_to_no_policy(small: Make) -> None:
    assert equal(small().run(), small({"policies": [NOTHING]}).run())


@pytest.mark.parametrize("start", [1, 3, 5])
def test_a_policy_leaves_everything_before_its_start_bit_identical(small: Make, start: int) -> None:
    plain = small().run()
    policy = {"kind": "detector", "start": start, "hit": 0.9, "false_alarm": 0.05}
    filtered = small({"policies": [policy]}).run()
    for name in ("metrics", "agents", "items"):
        before = [t[t["step"] < start] for t in (getattr(plain, name), getattr(filtered, name))]
        assert same_table(*before)
    changed = plain.metrics[plain.metrics["step"] >= start]
    assert not same_table(changed, filtered.metrics[filtered.metrics["step"] >= start])


def test_a_detector_that_nobody_uses_changes_no_model(small: Make) -> None:
    policy = {"kind": "detector", "compliance": 0, "hit": 0, "false_alarm": 0}
    assert same_table(small().run().metrics, small({"policies": [policy]}).run().metrics)


def test_one_more_silent_reader_changes_no_other_bit() -> None:
    given_ = small_world()
    names = [model["name"] for model in given_["models"]]
    plain = Scenario.parse(given_).run()
    reader = {**given_["models"][0], "name": "newcomer", "volume": 0}
    for place in (0, 2, 4):
        models = list(given_["models"])
        models.insert(place, reader)
        more = Scenario.parse({**given_, "models": models}).run()
        assert same_table(of(plain, names), of(more, names))
        web = [c for c in plain.metrics if ".web_" in c]
        assert same_table(plain.metrics[web], more.metrics[web])


def test_one_more_model_on_a_site_that_nobody_reads_changes_no_other_model() -> None:
    given_ = small_world()
    given_["humans"][0]["passed_off"] = 0  # or the hermit's text would be passed off too
    names = [model["name"] for model in given_["models"]]
    hermit = {**given_["models"][1], "name": "hermit", "writes": {"private": 1}}
    more = Scenario.parse({**given_, "models": [*given_["models"], hermit]}).run()
    assert same_table(of(Scenario.parse(given_).run(), names), of(more, names))


def test_the_order_of_agents_changes_no_bit() -> None:
    given_ = small_world()
    turned = {**given_, "models": given_["models"][::-1]}
    assert equal(Scenario.parse(given_).run(), Scenario.parse(turned).run())


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stop=st.integers(1, 7), policy=st.booleans())
def test_a_resumed_run_equals_an_uninterrupted_one(
    small: Make, tmp_path_factory: Any, stop: int, policy: bool
) -> None:
    detector = {"kind": "detector", "start": 3, "hit": 0.8, "false_alarm": 0.1, "compliance": 0.5}
    scenario = small({"policies": [detector] if policy else []})
    folder: Path = tmp_path_factory.mktemp("checkpoint")
    first = Execution(scenario)
    while first.world.steps < stop:
        first.world.step()
    first.store(folder)
    second = Execution(scenario)
    second.restore(folder)
    resumed, straight = second.finish(), Execution(scenario)
    assert equal(resumed, straight.finish())
    for name, stock in straight.world.stocks.items():
        assert np.array_equal(stock.cells, second.world.stocks[name].cells)
        assert np.array_equal(stock.voices, second.world.stocks[name].voices)


def test_measuring_less_often_changes_nothing_that_is_measured(small: Make) -> None:
    often, seldom = small().run(), small(measure_every=3).run()
    steps = seldom.metrics["step"].tolist()
    assert steps == [0, 3, 6, 8]
    kept = often.metrics[often.metrics["step"].isin(steps)].reset_index(drop=True)
    looking_back = ("collapsed", "recovery")  # at all rows measured
    columns = [c for c in kept if not any(name in c for name in looking_back)]
    assert same_table(kept[columns], seldom.metrics[columns])


def test_mesa_users_find_the_data_collector_filled(small: Make) -> None:
    execution = Execution(small())
    run = execution.finish()
    collector = execution.world.datacollector
    model, agents = collector.get_model_vars_dataframe(), collector.get_agent_vars_dataframe()
    assert model.index.tolist() == list(range(9))
    assert agents.index.names == ["Step", "AgentID"]
    assert model["facts.hill_1"].tolist() == run.metrics["facts.hill_1"].tolist()

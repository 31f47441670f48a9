"""Settings that need a new start, told in factors of what the scenario says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.complaints import ScenarioError
from scenarios.scenario import Scenario, shipped
from scenarios.view.settings import (
    AS_GIVEN,
    RETENTIONS,
    Settings,
    count_models,
    floor_of,
)
from tests.scenarios.view.small import small


@pytest.mark.parametrize("name", sorted(shipped()))
def test_settings_as_the_page_first_shows_them_change_nothing(name: str) -> None:
    scenario = Scenario.load(name)
    floor = floor_of(scenario)
    shown = Settings(
        models=count_models(scenario),
        floor=None if floor is None else round(floor, 3),
        retention=AS_GIVEN,
        seed=str(scenario.seed),
    )
    assert shown.of(scenario).plain() == scenario.plain()


@given(models=st.integers(1, 24))
def test_there_are_as_many_models_as_asked_for(models: int) -> None:
    assert count_models(Settings(models=models).of(small())) == models


def test_habsburg_has_other_numbers_of_models() -> None:
    habsburg = Scenario.load("habsburg")
    few, many = (Settings(models=n).of(habsburg) for n in (5, 24))
    assert len(few.models) == 5
    assert {group.count for group in many.models} == {2}


def test_factors_and_the_floor_are_applied() -> None:
    given = Settings(writing=0.5, temperature=1.2, floor=0.05, retention="everything", seed="9")
    changed = given.of(small(sites=[{"name": "forum", "start": 10}, {"name": "farm"}]))
    assert changed.humans[0].volume.value == 75
    assert changed.models[0].decoding.temperature == pytest.approx(1.08)
    assert changed.models[0].learner.floor == 0.05
    assert {site.retention for site in changed.sites} == {"everything"}
    assert changed.seed == 9


def test_a_factor_is_of_volumes_at_every_step_and_a_floor_for_those_who_invent() -> None:
    given = small().plain()
    given["humans"][0]["volume"] = {"kind": "table", "steps": [0, 4], "values": [100.0, 50.0]}
    given["control"] = {"humans.people.error": 0.0}
    knowing = {"kind": "frequencies", "hallucination": "off", "floor": 0.2}
    given["models"].append(given["models"][0] | {"name": "sure", "count": 1, "learner": knowing})
    scenario = Scenario.parse(given)
    changed = Settings(writing=0.5, floor=0.05).of(scenario)
    assert [changed.humans[0].volume.at(step) for step in (0, 4)] == [50, 25]
    assert changed.models[0].learner.floor == 0.05
    assert changed.models[1] == scenario.models[1]
    assert floor_of(scenario) == 0.1
    assert scenario.control and not changed.control


def test_what_nobody_invents_has_no_floor_and_a_floor_of_none_can_be_raised() -> None:
    assert floor_of(Scenario.load("wright_fisher")) is None
    assert floor_of(Settings(floor=0.03).of(Scenario.load("blindness"))) == 0.03


@pytest.mark.parametrize("seed", ["", "x", "-1", "1.5", str(2**63), "٣"])
def test_a_seed_that_is_none_is_refused(seed: str) -> None:
    with pytest.raises(ScenarioError, match="seed: given"):
        Settings(seed=seed).of(small())


@pytest.mark.parametrize("kept", [kept for kept in RETENTIONS if kept != AS_GIVEN])
def test_what_cannot_go_together_is_refused_in_one_sentence(kept: str) -> None:
    settings = Settings(retention=kept)
    if kept == "everything":
        with pytest.raises(ScenarioError, match="stationary"):
            settings.of(small())
    else:
        for site in settings.of(small()).plain()["sites"]:
            assert site["retention"] == RETENTIONS[kept]

"""Values by domain: every field that takes them runs with them, and checks what is inside."""

from typing import Any

import numpy as np
import pytest

from scenarios.complaints import ScenarioError
from scenarios.execution import Execution
from scenarios.paths import assign
from scenarios.scenario import Scenario
from scenarios.store import same_table
from tests.conftest import small_world

LEARNER = {"kind": "frequencies"}
EACH: dict[str, dict[str, Any]] = {
    "humans.0.volume": {"facts": 300, "words": {"kind": "linear", "value": 10, "slope": 5}},
    "humans.0.error": {"facts": 0.3, "words": 0.0},
    "models.0.volume": {"facts": 10, "words": 20},
    "models.0.decoding": {"facts": {"temperature": 0.5}, "words": {"top_p": 0.9}},
    "models.0.diet": {"facts": {"n": 50}, "words": {"n": 70}},
    "models.0.learner": {"facts": LEARNER, "words": {**LEARNER, "inertia": 0.5}},
}


@pytest.mark.parametrize("field", EACH)
def test_a_field_may_have_a_value_for_each_domain(field: str) -> None:
    given = small_world()
    assign(given, field, {"by_domain": EACH[field]})
    scenario = Scenario.parse(given).with_(steps=2)
    assert Scenario.parse(scenario.plain()).plain() == scenario.plain()
    assert len(scenario.run().metrics) == 3


def test_each_domain_gets_its_own_value() -> None:
    given = small_world()
    assign(given, "models.0.diet", {"by_domain": EACH["models.0.diet"]})
    assign(given, "humans.0.error", {"by_domain": {"facts": 0.3, "words": 0.0}})
    run = Scenario.parse(given).with_(steps=2).run()
    last = run.agents[(run.agents["agent"] == "alpha") & (run.agents["step"] == 2)]
    assert last["facts.documents"].tolist() == [50]
    assert last["words.documents"].tolist() == [70]
    assert run.metrics["words.web_false_share"].iloc[0] == 0
    assert run.metrics["facts.web_false_share"].iloc[0] > 0.1


@pytest.mark.parametrize(
    ("field", "value"),
    [("humans.0.error", "lots"), ("models.0.diet", {"m": 3}), ("models.0.volume", -1)],
)
def test_what_stands_inside_is_checked(field: str, value: Any) -> None:
    given = small_world()
    assign(given, field, {"by_domain": {"facts": value}})
    with pytest.raises(ScenarioError, match="facts"):
        Scenario.parse(given)


def test_models_that_learn_different_domains_live_on_one_web() -> None:
    given = small_world()
    assign(given, "models.0.learner", {"by_domain": {"facts": LEARNER}})
    assign(given, "models.1.learner", {"by_domain": {"words": LEARNER}})
    execution = Execution(Scenario.parse(given).with_(steps=3))
    run = execution.finish()
    alpha = run.agents[run.agents["agent"] == "alpha"]
    assert alpha["words.hill_1"].isna().all() and alpha["facts.hill_1"].notna().all()
    assert np.isfinite(run.metrics["words.divergence"]).all()
    view_models = run.agents.groupby("step")["words.hill_1"].count()
    assert (run.metrics.set_index("step")["words.hill_0.max"] <= 25).all()
    assert view_models.iloc[0] == len(given["models"]) - 2


def test_a_domain_by_itself_is_the_same_to_the_bit() -> None:
    both = Scenario.parse(small_world()).run()
    for names in (("facts",), ("words",), ("words", "facts")):
        alone = Scenario.parse(small_world()).only(*names).run()
        for table in ("metrics", "agents"):
            whole, part = getattr(both, table), getattr(alone, table)
            own = [c for c in part if c.partition(".")[0] in names]
            assert len(own) > 20
            assert {c for c in whole if c.partition(".")[0] in names} == set(own)
            assert same_table(whole[own], part[own])


def test_only_one_domain_needs_no_word_by_domain() -> None:
    error = {"by_domain": {"facts": 0.1, "words": 0.2}}
    given = Scenario.parse(small_world()).with_({"humans.0.error": error})
    assert given.only("facts").plain()["humans"][0]["error"] == 0.1
    with pytest.raises(ValueError, match="domains: given 'fact', did you mean 'facts'"):
        given.only("fact")

"""Mechanisms are found where they are declared, and off is nothing but off."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import agents.learners
from analysis.ablation import TOGETHER
from analysis.ablation_section import settings_changed
from analysis.run import Run
from ecosystem.mechanism import Mechanism
from scenarios.inventory import schema
from scenarios.mechanisms import in_force, without, without_each
from scenarios.scenario import Scenario
from scenarios.store import same_table

Make = Callable[..., Scenario]

EVERYTHING = {
    "web.eta": 0.5,
    "humans.0.volume": {"kind": "exponential", "value": 200, "rate": -0.1, "start": 2},
    "models.0.decoding.claim_top_p": 0.9,
    "policies": ["detector", {"kind": "detector", "start": 3}, "nothing"],
}
OFF = {
    "attention": {
        "web.eta": "0.5 → 1",
        "sites.*.attention": "0.3 → 1",
        "sites.*.attention_falls": "1 → 0",
    },
    "the peak in human writing": {"humans.*.volume.rate": "-0.1 → 0"},
    "human error": {"humans.*.error": "0.05 → 0"},
    "text passed off as human": {"humans.*.passed_off": "0.1 → 0"},
    "models reading models": {"models.*.volume.value": "50 to 150 → 0"},
    "inertia": {"models.*.learner.inertia": "0.2 → 0"},
    "hallucination": {
        "models.*.learner.hallucination": "calibrated or constant or evidence → never"
    },
    "reading tastes": {"models.*.diet.takes.*.affinity": "1 → none"},
    "topic temperature": {"models.*.decoding.temperature": "0.9 → 1"},
    "claim temperature": {"models.*.decoding.claim_temperature": "0.8 → 1"},
    "claim top-p": {"models.*.decoding.claim_top_p": "0.9 → 1"},
    "capacity": {"models.*.learner.capacity": "30 → none"},
    "closed vocabulary": {"models.*.learner.vocabulary": "closed → open"},
    "top-p of what is crawled": {"models.*.diet.top_p": "0.9 → 1"},
    "top-p": {"models.*.decoding.top_p": "0.95 → 1"},
    "policy detector": {"policies": "detector, detector, nothing → nothing"},
    "policy nothing": {"policies": "detector, detector, nothing → detector, detector"},
}
"""By mechanism the settings that switching it off changes in a world where all are on."""

LEARNER = """
from typing import Annotated, ClassVar, Literal
from agents.learners.frequencies import Frequencies, FrequenciesOptions
from ecosystem.mechanism import Mechanism

class StubbornOptions(FrequenciesOptions):
    kind: Literal["stubborn"] = "stubborn"
    pride: Annotated[float, Mechanism("stubbornness", off=0.0)] = 0.0

class Stubborn(Frequencies):
    kind: ClassVar[str] = "stubborn"
    Options = StubbornOptions
"""


def stored(scenario: Scenario) -> list[Run]:
    """A run as far as `settings_changed` looks at it."""
    nothing: Any = None
    return [Run(scenario.plain(), {}, nothing, nothing)]


@pytest.mark.parametrize("name", OFF)
def test_off_changes_the_settings_of_the_mechanism_and_no_other(small: Make, name: str) -> None:
    scenario = small(EVERYTHING)
    off = without(scenario, {name})
    assert dict(settings_changed(stored(scenario), stored(off))) == OFF[name]


def test_what_is_on_is_listed_and_what_is_off_is_not(small: Make) -> None:
    scenario = small(EVERYTHING)
    assert set(in_force(scenario)) == set(OFF)
    each = without_each(scenario)
    assert list(each) == [*in_force(scenario), TOGETHER]
    for name in OFF:
        assert set(in_force(each[name])) == set(OFF) - {name}
    assert in_force(each[TOGETHER]) == []
    assert without_each(each[TOGETHER]) == {}


def test_a_single_mechanism_has_no_all_at_once_beside_it() -> None:
    wright_fisher = Scenario.load("wright_fisher")
    assert list(without_each(wright_fisher)) == ["models reading models"]


def test_the_main_scenario_has_the_mechanisms_that_its_story_names() -> None:
    assert set(in_force(Scenario.load("habsburg"))) == {
        "topic temperature",
        "claim temperature",
        "hallucination",
        "attention",
        "reading tastes",
        "inertia",
        "human error",
        "the peak in human writing",
        "models reading models",
    }


def test_a_mechanism_of_a_class_that_nobody_knew_joins_by_itself(
    small: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stubborn.py").write_text(LEARNER)
    monkeypatch.setattr(agents.learners, "__path__", [*agents.learners.__path__, str(tmp_path)])
    try:
        changes = {"models.1.learner": {"kind": "stubborn", "pride": 0.7}}
        scenario = small(changes)
        off = without(scenario, {"stubbornness"})
        assert "stubbornness" in in_force(scenario)
        assert in_force(off) == [n for n in in_force(scenario) if n != "stubbornness"]
        assert dict(settings_changed(stored(scenario), stored(off))) == {
            "models.*.learner.pride": "0.7 → 0"
        }
        assert "stubbornness" in str(schema())
    finally:
        sys.modules.pop("agents.learners.stubborn", None)


def test_values_by_domain_are_switched_off_in_every_domain(small: Make) -> None:
    scenario = small(
        {
            "models.0.decoding": {
                "by_domain": {"facts": {"temperature": 0.5}, "words": {"temperature": 2.0}}
            },
            "humans.0.error": {"by_domain": {"facts": 0.1, "words": 0.0}},
            "humans.0.volume": {
                "by_domain": {"facts": 10, "words": {"kind": "linear", "value": 9, "slope": -1}}
            },
        }
    )
    off = without(scenario, {"topic temperature", "human error", "the peak in human writing"})
    topics = [d.temperature for d in off.models[0].decoding.by_domain.values()]
    assert topics == [1.0, 1.0]
    assert off.humans[0].error.by_domain == {"facts": 0.0, "words": 0.0}
    assert [s.at(8) for s in off.humans[0].volume.by_domain.values()] == [10, 9]
    again = in_force(off)
    assert not {"topic temperature", "human error", "the peak in human writing"} & set(again)


@pytest.mark.parametrize(
    ("mechanism", "control"),
    [
        ("models reading models", "humans_peak_no_ai"),
        ("the peak in human writing", "calibrated_plateau"),
    ],
)
def test_off_gives_the_numbers_of_the_shipped_control(mechanism: str, control: str) -> None:
    short = {"steps": 11, "models.*.start.rounds": 1}
    main, other = (Scenario.load(name).only("birds").with_(short) for name in ("habsburg", control))
    off, shipped = without(main, {mechanism}).run(), other.run()
    for table in ("metrics", "agents", "items", "nodes", "edges"):
        assert same_table(getattr(off, table), getattr(shipped, table)), table


@pytest.mark.parametrize("name", ["", "a/b", "../up", "x" * 61])
def test_a_name_that_could_not_be_a_folder_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="letters, digits"):
        Mechanism(name, off=0)

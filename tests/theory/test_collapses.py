"""Each collapse happens in its scenario, and not in its control: paired, two replicates each.

Shorter than shipped where that shows it as well. Bounds are about half of the effects seen with
the seed of each scenario before these tests were written; they are of direction, not of size.
"""

from functools import cache
from typing import Any

import pytest

from analysis.run import Run
from scenarios.scenario import Scenario

pytestmark = pytest.mark.theory
FIELDS: dict[str, dict[str, Any]] = {
    "forgotten_birds": {"steps": 20, "meters": ["coverage", "hill", "contamination", "web"]},
    "false_dates": {"steps": 30, "meters": ["falsehood", "established", "reasoning"]},
    "blindness": {"meters": ["coverage", "recovery", "web"]},
    "monoculture": {"steps": 16, "meters": ["hill", "distance", "public", "coverage"]},
    "knowledge_collapse": {
        "steps": 16,
        "meters": ["public", "coverage", "hill", "contamination"],
    },
    "helpful_synthetic": {"steps": 12, "meters": ["coverage", "falsehood", "capability"]},
    "harmful_synthetic": {"steps": 12, "meters": ["coverage", "falsehood", "capability"]},
}


@cache
def pairs(name: str) -> list[tuple[Run, Run]]:
    """A scenario and its control, on the same draws."""
    shipped = Scenario.load(name)
    fields = {"items": False, "ledger": False, **FIELDS[name]}
    both = shipped.with_(fields), shipped.controlled().with_(fields)
    found = [(both[0].run(r), both[1].run(r)) for r in range(2)]
    return found


def ends(name: str, column: str) -> list[tuple[float, float, float]]:
    """By replicate: at the start, at the end, at the end of the control."""
    return [
        (
            float(run.metrics[column].iloc[0]),
            float(run.metrics[column].iloc[-1]),
            float(control.metrics[column].iloc[-1]),
        )
        for run, control in pairs(name)
    ]


def test_models_that_read_models_forget_rare_birds_and_those_that_read_humans_do_not() -> None:
    for start, end, control in ends("forgotten_birds", "birds.tail_coverage"):
        assert end < start - 0.12
        assert control > start - 0.03
    for start, end, control in ends("forgotten_birds", "birds.hill_1"):
        assert end < 0.6 * start
        assert control > 0.95 * start


def test_what_models_make_up_becomes_what_is_believed() -> None:
    for start, end, control in ends("false_dates", "history.leading_false"):
        assert end > start + 0.04
        assert control < start + 0.015
    for _, end, control in ends("false_dates", "history.web_false_share_items"):
        assert end > 3 * control
    for _, end, control in ends("false_dates", "history.established"):
        assert end > control


def test_models_that_lost_their_words_do_not_see_human_text_come_back() -> None:
    for _, end, control in ends("blindness", "birds.recovery"):
        assert end < 0.2
        assert control > 0.75
    for run, control in pairs("blindness"):
        seen = run.metrics["web.synthetic_read"].to_numpy()
        assert seen[20] > 0.9
        assert seen[-1] < 0.4, "human text is back"
        for one in (run, control):
            tail = one.metrics["birds.tail_coverage"]
            assert tail.iloc[28] < tail.iloc[0] - 0.25, "both have forgotten by then"


def test_one_voice_for_all_is_poorer_and_falser_than_eight() -> None:
    for _, end, control in ends("monoculture", "birds.kl"):
        assert end > 1.4 * control
    for _, end, control in ends("monoculture", "birds.public_distance"):
        assert end > control + 0.02


def test_people_who_learn_through_models_leave_the_public_further_from_the_truth() -> None:
    for start, end, control in ends("knowledge_collapse", "birds.public_distance"):
        assert end > 1.3 * control
        assert control == pytest.approx(start, abs=0.01)
    for _, end, control in ends("knowledge_collapse", "birds.through_models"):
        assert 0.3 < end < 0.9, "enough return to the world to keep it from collapsing"
        assert control == 0
    for run, _ in pairs("knowledge_collapse"):
        assert run.metrics["birds.synthetic_share"].max() == 0, "people wrote all of it"
        assert run.metrics["birds.depth_training"].iloc[-1] > 0.3, "and models stand behind it"


def test_checked_synthetic_data_teach_more_than_the_same_human_data_alone() -> None:
    for start, end, control in ends("helpful_synthetic", "exercises.accuracy_edge"):
        assert end > control + 0.15
        assert end > start + 0.15
    for _, end, control in ends("helpful_synthetic", "birds.tail_coverage"):
        assert end > control + 0.25
    for _, end, control in ends("helpful_synthetic", "birds.leading_false"):
        assert end <= control + 0.003


def test_unchecked_they_teach_falsehoods() -> None:
    for (_, end, control), (_, checked, _) in zip(
        ends("harmful_synthetic", "birds.leading_false"),
        ends("helpful_synthetic", "birds.leading_false"),
        strict=True,
    ):
        assert end > control + 0.03
        assert end > checked + 0.03
    for _, end, control in ends("harmful_synthetic", "birds.false_share"):
        assert end > control + 0.04

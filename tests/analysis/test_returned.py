"""Recovery is told and drawn only where human text came back; collapse says that it is for good."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis import sections
from analysis.narrative import headline, recovered
from analysis.pictures.subjects import drawn, subject
from analysis.plots import all_figures
from analysis.report import write_report
from analysis.returned import human_text_came_back
from analysis.run import Run
from analysis.wording import number
from scenarios.scenario import Scenario


def reading(run: Run, machine: list[float]) -> Run:
    """The run, had its models read these shares of machine text."""
    metrics = run.metrics.iloc[: len(machine)].copy()
    metrics["web.synthetic_read"] = machine
    return replace(run, metrics=metrics)


@pytest.fixture(scope="module")
def blind() -> tuple[Run, Run]:
    """Human text comes back: the run, which does not see it, and its control, which does."""
    scenario = Scenario.load("blindness")
    control = scenario.controlled()
    assert control is not None
    return scenario.run(), control.run()


@pytest.mark.parametrize(
    ("machine", "back"),
    [
        ([0.0, 0.5, 0.9, 0.8], True),
        ([0.0, 0.5, 0.9, 0.81], False),
        ([0.9, 0.2, 0.95], False),  # it came, and went again
        ([0.0, 0.3, 0.8, 0.8], False),
        ([np.nan, 0.9, np.nan, 0.3, 0.6], True),
        ([np.nan, np.nan], False),
        ([0.0], False),
    ],
)
def test_human_text_came_back_where_machine_text_read_fell_ten_points_from_its_peak(
    blind: tuple[Run, Run], machine: list[float], back: bool
) -> None:
    assert human_text_came_back(reading(blind[0], machine)) is back


def test_a_run_that_did_not_measure_what_is_read_does_not_claim_it(blind: tuple[Run, Run]) -> None:
    bare = blind[0].metrics.drop(columns="web.synthetic_read")
    assert not human_text_came_back(replace(blind[0], metrics=bare))


def test_the_lead_says_what_is_known_again_here_and_in_the_control(
    blind: tuple[Run, Run],
) -> None:
    run, control = blind
    here, there = (number(one.metrics["birds.recovery"].iloc[-1], "share") for one in blind)
    (birds,) = [text for text in headline([run], {"control": [control]}) if "Birds" in text]
    assert f"knows {here} again at the end ({there} in control)" in birds
    (alone,) = [text for text in headline([run]) if "Birds" in text]
    assert f"knows {here} again at the end;" in alone


def test_recovery_is_drawn_and_compared_only_where_human_text_came_back(
    blind: tuple[Run, Run],
) -> None:
    run, control = blind
    never = [reading(one, np.linspace(0, 0.9, len(one.metrics)).tolist()) for one in blind]
    assert subject("recovery") in drawn(run, "birds")
    assert "birds_recovery_against" in all_figures(run, {"control": [control]})
    assert subject("recovery") not in drawn(never[0], "birds")
    others = {"control": [never[1]]}
    assert not any("recovery" in name for name in all_figures(never[0], others))
    (compared,) = sections.comparison([never[0]], others)
    assert "recovery" not in {row["what"].column for row in compared["rows"]}
    assert np.isnan(recovered([never[0]], "birds"))
    assert not any("again at the end" in text for text in headline([never[0]], others))


def test_models_that_recovered_are_said_to_be_counted_as_collapsed(
    blind: tuple[Run, Run], tmp_path: Path
) -> None:
    run, control = blind
    assert control.metrics["birds.recovery"].iloc[-1] > 0.9
    assert control.metrics["birds.collapsed"].iloc[-1] == 1
    page = write_report(run, tmp_path, {"control": [control]}).read_text(encoding="utf-8")
    what = subject("collapsed")
    assert f"{what.title}: {what.text}" in page[page.index("This run minus control") :]
    assert "to half, or less," in what.text
    assert "even if they recovered" in what.text
    assert "whether or not they\nrecovered" in page[page.index('id="collapse"') :]

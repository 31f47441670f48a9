"""A control stands beside its run to be seen: pictures, maps of cases and texts, at one scale."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import beside, worked
from analysis.pictures import branches, strips
from analysis.quotes import quotes
from analysis.report import write_report
from analysis.run import Run
from scenarios.scenario import Scenario

Pair = tuple[Run, Run]


def pair(name: str, **fields: Any) -> Pair:
    """A small run of a scenario and its control."""
    scenario = Scenario.load(name).with_(fields)
    control = scenario.controlled()
    assert control is not None
    return scenario.run(), control.run()


@pytest.fixture(scope="module")
def drawing() -> Pair:
    return pair("average_face", steps=3, costly_every=3, meters=["variance", "web"])


@pytest.fixture(scope="module")
def solving() -> Pair:
    return pair("edge_cases", **{"models.0.count": 2, "steps": 3})


@pytest.fixture(scope="module")
def writing() -> Pair:
    fewer = {"models.*.diet.n": 60, "models.*.volume": 20, "domains.plays.vocabulary": 300}
    return pair("same_voice", steps=3, meters=["vocabulary"], **fewer)


def test_pictures_of_run_and_control_stand_side_by_side_at_one_scale(drawing: Pair) -> None:
    run, control = drawing
    made = strips.draw(run, "digits", {"control": control})
    shown = [
        picture
        for one in drawing
        for _, row, mean in strips.rows_of(one, "digits")
        for picture in (*row, mean)
    ]
    drawn = [np.asarray(axes.images[0].get_array()) for axes in made.axes]
    np.testing.assert_array_equal(drawn, shown)
    half = len(made.axes) // 2
    left, right = (
        [axes.get_position() for axes in part] for part in (made.axes[:half], made.axes[half:])
    )
    for one, other in zip(left, right, strict=True):
        assert (one.y0, one.width, one.height) == pytest.approx(
            (other.y0, other.width, other.height)
        )
        assert other.x0 - one.x0 == pytest.approx(0.5), "half the figure each"
    texts = [text.get_text() for text in made.texts]
    assert {"This run", "control"} <= set(texts)
    alone = [text.get_text() for text in strips.draw(run, "digits").texts]
    assert "This run" not in alone


def test_maps_of_run_and_control_stand_side_by_side_row_by_row(solving: Pair) -> None:
    run, control = solving
    made = branches.draw([run], "exercises", {"control": [control]})
    maps = [axes for axes in made.axes if axes.collections]
    half = len(maps) // 2
    for one, part in ((run, maps[:half]), (control, maps[half:])):
        cells = np.concatenate([np.asarray(axes.collections[0].get_array()) for axes in part])
        np.testing.assert_array_equal(cells, worked.right([one], "exercises"))
    for left, right in zip(maps[:half], maps[half:], strict=True):
        one, other = left.get_position(), right.get_position()
        assert (one.y0, one.width, one.height) == pytest.approx(
            (other.y0, other.width, other.height)
        )
        assert one.x1 < other.x0
    texts = [text.get_text() for text in made.texts]
    assert {"This run", "control"} <= set(texts)
    assert texts.count("February of a leap year") == 1, "cases are named once"


def test_texts_of_run_and_control_stand_side_by_side_by_moment(writing: Pair) -> None:
    run, control = writing
    rows = beside.texts(run, control, "plays")
    theirs = {row["when"]: row["texts"] for row in quotes(control, "plays")}
    assert [row["when"] for row in rows] == [row["when"] for row in quotes(run, "plays")]
    assert len(rows) == 5
    for row in rows:
        assert row["beside"]["texts"] == theirs[row["when"]]
    assert rows[-1]["texts"] != rows[-1]["beside"]["texts"]


@pytest.mark.parametrize(
    ("pair_of", "said"),
    [
        ("drawing", "What models draw"),
        ("solving", "Which cases are still got right"),
        ("writing", "What models write"),
    ],
)
def test_the_page_shows_the_control_beside_the_run(
    pair_of: str, said: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    run, control = request.getfixturevalue(pair_of)
    page = write_report(run, tmp_path, {"control": [control]}).read_text(encoding="utf-8")
    against = page[page.index('<section id="against">') :]
    assert f"<h4>{said}: this run and control</h4>" in against
    alone = write_report(run, tmp_path / "alone").read_text(encoding="utf-8")
    assert f"<h3>{said}</h3>" in alone
    assert "this run and" not in alone


def test_a_control_without_samples_is_not_set_beside(
    drawing: Pair, solving: Pair, writing: Pair
) -> None:
    def bare(run: Run) -> dict[str, list[Run]]:
        return {"control": [replace(run, samples=pd.DataFrame(), items=pd.DataFrame())]}

    assert beside.that_draw(drawing[0], bare(drawing[1]), "digits") == {}
    assert beside.that_solve(solving[0], bare(solving[1]), "exercises") == {}
    assert beside.texts(writing[0], bare(writing[1])["control"][0], "plays") == []


def test_maps_of_other_cases_are_not_set_beside(solving: Pair) -> None:
    run, control = solving
    assert list(beside.that_solve(run, {"control": [control]}, "exercises")) == ["control"]
    spec = control.scenario["domains"]["exercises"]
    fewer = worked.exercises(control, "exercises")
    assert fewer is not None
    other = {**spec, "families": [family.name for family in fewer.families[:2]]}
    scenario = {**control.scenario, "domains": {"exercises": other}}
    assert (
        beside.that_solve(run, {"control": [replace(control, scenario=scenario)]}, "exercises")
        == {}
    )


def test_texts_of_no_common_moment_are_not_set_beside(writing: Pair) -> None:
    run, control = writing
    only = control.samples[control.samples["who"] != "models"]
    assert beside.texts(run, replace(control, samples=only), "plays") == []
    later = control.samples[control.samples["who"] == "models"].assign(step=1)
    other = replace(control, samples=pd.concat([only, later]))
    assert [row["when"] for row in beside.texts(run, other, "plays")] == ["", "March 2023"]
    humans = replace(run, samples=run.samples[run.samples["step"] != 1])
    assert beside.texts(humans, other, "plays") == []


def test_a_gap_that_only_the_control_has_is_explained(writing: Pair, tmp_path: Path) -> None:
    run, control = (
        replace(one, samples=one.samples.assign(text=text))
        for one, text in zip(writing, ("all words", "a [?] word"), strict=True)
    )
    page = write_report(run, tmp_path, {"control": [control]}).read_text(encoding="utf-8")
    assert page.count("stands for a word that the writer has no word for") == 1

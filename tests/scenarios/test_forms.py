"""What learns, shows and draws a domain follows from the form of its documents, not its kind."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ecosystem.domains
from analysis.pictures import subjects
from analysis.row_view import RowView, VectorView, view_of
from analysis.summary import summary
from scenarios.build import build
from scenarios.scenario import Scenario

DOMAIN = '''"""Points on a line."""

from typing import ClassVar, Literal

import numpy as np
from pydantic import BaseModel

from ecosystem.domains.collected import CollectedDomain, Collection


class LineSpec(BaseModel):
    """Nothing to set."""

    kind: Literal["line"] = "line"


class Line(CollectedDomain):
    """Eight points in two heaps."""

    kind: ClassVar[str] = "line"
    form: ClassVar[str] = "FORM"
    Spec = LineSpec

    def collection(self) -> Collection:
        points = np.array([0.0, 1, 2, 3, 10, 11, 12, 14])[:, None]
        return Collection(points, np.repeat([0, 1], [5, 3]), ("left", "right"))
'''


@pytest.fixture
def form(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A domain of a form, in a folder that counts as that of the domains."""
    (tmp_path / "line.py").write_text(DOMAIN.replace("FORM", request.param), encoding="utf-8")
    folders = [*ecosystem.domains.__path__, str(tmp_path)]
    monkeypatch.setattr(ecosystem.domains, "__path__", folders)
    yield request.param
    sys.modules.pop("ecosystem.domains.line", None)
    if hasattr(ecosystem.domains, "line"):
        del ecosystem.domains.line


def scenario_of(models: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": "line",
        "steps": 2,
        "domains": {"points": {"kind": "line"}},
        "sites": [{"name": "s", "retention": "latest"}],
        "models": models,
    }


def learnt() -> Scenario:
    model = {"name": "m", "volume": 20, "writes": {"s": 1}, "diet": {"n": 20}}
    return Scenario.parse(scenario_of([model | {"learner": {"kind": "gaussian"}}]))


@pytest.mark.parametrize("form", ["vectors"], indirect=True)
def test_vectors_of_any_kind_are_learnt_and_measured(form: str) -> None:
    assert type(view_of(build(learnt()), "points", {})) is VectorView
    run = learnt().run()
    assert run.metrics["points.variance"].gt(0).all()
    assert "variance" in summary([run])


@pytest.mark.parametrize("form", ["strings"], indirect=True)
def test_a_form_that_nobody_learns_is_said(form: str) -> None:
    said = r"'gaussian' for the domain 'points' of kind line, allowed by_domain without it"
    with pytest.raises(ValueError, match=said):
        learnt()


@pytest.mark.parametrize("form", ["strings"], indirect=True)
def test_rows_of_a_form_that_no_view_knows_are_seen_as_rows(form: str) -> None:
    silent = {"name": "m", "learner": {"by_domain": {}}, "diet": {"by_domain": {}}}
    plain = scenario_of([silent])
    assert type(view_of(build(Scenario.parse(plain)), "points", {})) is RowView


def test_a_column_with_a_title_is_drawn_and_summed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    found = dict(subjects.definitions())
    plain = found["web_hill_2"]
    assert subjects.subject("web_hill_2").title == "web hill 2"
    found["web_hill_2"] = type(plain)(plain.text, plain.each, plain.unit, "How even the web is")
    for module in ("analysis.pictures.subjects", "analysis.summary"):
        monkeypatch.setattr(f"{module}.definitions", lambda: found)
    made = Scenario.load("wright_fisher").with_(steps=1).run()
    drawn = {what.column: what for what in subjects.drawn(made, "topics")}
    assert drawn["web_hill_2"].title == "How even the web is"
    assert "web_hill_1" not in drawn
    assert "how even the web is" in summary([made])

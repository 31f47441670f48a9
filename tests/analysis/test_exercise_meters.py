"""Meters of exercises and of regression: known directions, exact tallies, edges."""

from typing import Any

import numpy as np
import pytest

from analysis.meters.capability import Capability
from analysis.meters.families import Families
from analysis.meters.regression import Regression
from analysis.row_view import view_of
from ecosystem.corpus import Rows
from ecosystem.ecosystem import Ecosystem
from scenarios.build import build
from scenarios.scenario import Scenario
from tests.contract.example_contract import written


def made(count: int = 2, start: float = 600, kind: str = "exercises", **fields: Any) -> Ecosystem:
    learner = {"exercises": "classifier", "regression": "regressor"}[kind]
    return build(
        Scenario.parse(
            {
                "name": "school",
                "meters": [],
                "domains": {"d": {"kind": kind}},
                "sites": [{"name": "s", "start": start, "documents": "finite"}],
                "humans": [{"name": "people", "volume": 10, "writes": {"s": 1}, "error": 0}],
                "models": [
                    {
                        "name": "m",
                        "count": count,
                        "diet": {"n": 3000},
                        "learner": {"kind": learner},
                    }
                ],
                **fields,
            }
        )
    )


def read(there: Ecosystem, memory: dict[str, Any] | None = None) -> dict[str, Any]:
    """All columns, those on a model as the first model's value."""
    meter = Capability() if there.domains["d"].kind == "exercises" else Regression()
    values = meter.measure(view_of(there, "d", {} if memory is None else memory))
    return {k: float(v if np.ndim(v) == 0 else np.asarray(v)[0]) for k, v in values.items()}


def teach(there: Ecosystem, rows: Any, models: int = 2) -> None:
    for model in there.models()[:models]:
        model.learners["d"].fit(Rows(rows), np.random.default_rng(5))


def only_common(there: Ecosystem) -> Any:
    """Many documents of all branches but the edges."""
    domain: Any = there.domains["d"]
    rows = written(domain, 6000).rows
    return rows[~domain.edge[domain.items_of(rows)]]


@pytest.fixture(scope="module")
def well_read() -> dict[str, Any]:
    there = made()
    teach(there, written(there.domains["d"], 40_000).rows)  # type: ignore[arg-type]
    return read(there)


def test_who_read_enough_gets_common_and_edge_cases_right(well_read: dict[str, Any]) -> None:
    assert well_read["accuracy_common"] > 0.99
    assert well_read["accuracy_edge"] > 0.98
    for name in ("branches_unknown", "branches_lost", "branches_nobody", "written_wrong"):
        assert well_read[name] == pytest.approx(0, abs=0.01), name
    assert (well_read["web_wrong"], well_read["web_wrong_edge"]) == (0, 0)


def test_who_never_read_an_edge_case_gets_it_wrong_and_loses_no_common_one(
    well_read: dict[str, Any],
) -> None:
    there = made()
    memory: dict[str, Any] = {}
    teach(there, written(there.domains["d"], 40_000).rows)  # type: ignore[arg-type]
    read(there, memory)
    teach(there, only_common(there))
    found = read(there, memory)
    domain: Any = there.domains["d"]
    assert found["accuracy_common"] > 0.98
    assert found["accuracy_edge"] < 0.6 * well_read["accuracy_edge"]
    assert 3 < found["branches_unknown"] <= domain.edge.sum()
    assert found["branches_lost"] == found["branches_nobody"] > 3


def test_one_model_that_knows_is_enough_for_a_branch_not_to_be_lost() -> None:
    there = made()
    memory: dict[str, Any] = {}
    teach(there, written(there.domains["d"], 40_000).rows)  # type: ignore[arg-type]
    read(there, memory)
    teach(there, only_common(there), models=1)
    found = read(there, memory)
    assert found["branches_unknown"] > 3
    assert (found["branches_lost"], found["branches_nobody"]) == (0, 0)


def test_what_was_never_known_is_not_lost() -> None:
    there = made()
    teach(there, only_common(there))
    found = read(there, {})
    assert found["branches_lost"] == 0 < found["branches_nobody"]


def test_wrong_documents_on_the_web_are_counted_by_executing_them() -> None:
    there = made()
    stock: Any = there.stocks["d"]
    domain: Any = there.domains["d"]
    contents = stock.contents
    live = np.flatnonzero(stock.cells[0, : len(contents)])
    edge = live[domain.edge[domain.items_of(contents.rows[live])]]
    contents.rows[edge, -1] = -1  # no family's answer
    found = read(there)
    assert found["web_wrong"] == pytest.approx(edge.size / live.size)
    assert found["web_wrong_edge"] == 1
    contents.rows[live, -1] = -1
    assert read(there)["web_wrong"] == 1


def test_the_web_is_tallied_as_its_documents_would_be() -> None:
    """Unlimited shelves hold voices and human cells, and are tallied without drawing."""
    there = made(
        sites=[{"name": "s", "start": 600, "documents": "unlimited"}],
        humans=[{"name": "people", "volume": 200, "writes": {"s": 1}, "error": 0.2}],
    )
    people = read(there)
    assert people["web_wrong"] == pytest.approx(0.2)
    assert people["web_wrong_edge"] == pytest.approx(0.2)
    view: Any = view_of(there, "d", {})
    assert view.web_cells.sum() == pytest.approx(600)
    models = [
        {
            "name": "m",
            "volume": 1200,
            "writes": {"s": 1},
            "start": {"kind": "fitted", "documents": 50},
            "diet": {"n": 50},
            "learner": {"kind": "classifier", "parameters": {"max_depth": 1}},
        }
    ]
    there = made(
        sites=[{"name": "s", "start": 600, "documents": "unlimited"}],
        humans=[{"name": "people", "volume": 0, "writes": {"s": 1}, "error": 0}],
        models=models,
    )
    written_wrong = read(there)["written_wrong"]
    there.step()
    assert written_wrong > 0.05
    assert read(there)["web_wrong"] == pytest.approx(written_wrong * 1200 / 1800)


def test_where_nothing_stands_and_nobody_knows_anything_nothing_is_defined() -> None:
    for kind in ("exercises", "regression"):
        there = made(1, start=0, kind=kind)
        learner: Any = there.models()[0].learners["d"]
        learner.load({})
        found = read(there)
        assert all(np.isnan(value) for value in found.values()), found


def test_a_blank_model_beside_one_that_knows_loses_nothing() -> None:
    there = made(2)
    teach(there, written(there.domains["d"], 40_000).rows)  # type: ignore[arg-type]
    there.models()[1].learners["d"].load({})
    values = Capability().measure(view_of(there, "d", {}))
    accuracy: Any = values["accuracy_edge"]
    assert np.isnan(accuracy).tolist() == [False, True]
    assert values["branches_nobody"] == 0


def test_the_fates_of_branches_say_who_answers_what() -> None:
    there = made()
    teach(there, written(there.domains["d"], 40_000).rows, models=1)  # type: ignore[arg-type]
    for model in there.models()[1:]:
        model.learners["d"].fit(Rows(only_common(there)), np.random.default_rng(5))
    view: Any = view_of(there, "d", {})
    fates = view.fates()
    sizes = {len(column) for column in fates.values()}
    assert sizes == {len(there.domains["d"].items)}
    assert (fates["models_knowing"] + fates["models_wrong"] == 2).all()
    lost = there.domains["d"].items.index("tax rates: allowance withdrawn")
    assert (fates["models_knowing"][lost], fates["models_wrong"][lost]) == (1, 1)
    assert fates["truth"][lost] == "60 %"
    assert fates["models_agreeing"][lost] == 1
    common = there.domains["d"].items.index("leap years: divisible by 4")
    assert fates["models_say"][common] == fates["truth"][common] == "yes"
    assert fates["models_agreeing"][common] == 2


def test_families_are_told_apart_and_their_mean_is_the_whole() -> None:
    there = made()
    teach(there, written(there.domains["d"], 40_000).rows)  # type: ignore[arg-type]
    rows = only_common(there)
    tax = list(there.domains["d"].groups).index("tax rates")
    every = written(there.domains["d"], 40_000).rows  # type: ignore[arg-type]
    teach(there, np.concatenate([rows[rows[:, 0] == tax], every[every[:, 0] != tax]]))
    view = view_of(there, "d", {})
    found: Any = Families().measure(view)
    assert found["edge_tax_rates"][0] < 0.1 < 0.9 < found["edge_roman_numerals"][0]
    assert found["common_tax_rates"][0] > 0.95
    for which in ("common", "edge"):
        each = [values for name, values in found.items() if name.startswith(which)]
        whole: Any = Capability().measure(view)[f"accuracy_{which}"]
        np.testing.assert_allclose(np.mean(each, axis=0), whole)


def test_families_that_are_not_asked_are_not_defined() -> None:
    there = made(domains={"d": {"kind": "exercises", "families": ["grades"]}})
    found: Any = Families().measure(view_of(there, "d", {}))
    known = {name for name, values in found.items() if np.isfinite(values).all()}
    assert known == {"common_grades", "edge_grades"}


# ---------------------------------------------------------------------- regression


def test_the_test_error_is_exact_from_coefficients() -> None:
    there = made(kind="regression")
    domain: Any = there.domains["d"]
    rng = np.random.default_rng(3)
    x = rng.standard_normal((50, 10))
    for shift, expected in ((0.0, 0.0), (0.5, 0.5**2 * 10)):
        teach(there, np.column_stack([x, x @ (domain.coefficients + shift)]))
        found = read(there)
        assert found["test_error"] == pytest.approx(expected, abs=1e-12)
        assert found["noise"] == pytest.approx(0, abs=1e-7)
    assert found["web_error"] == pytest.approx(1, rel=0.2)


def test_an_estimator_without_coefficients_is_measured_on_the_test() -> None:
    there = made(kind="regression")
    model = there.models()[0]
    learner: Any = model.learners["d"]
    tree = type(learner.options)(estimator="DecisionTreeRegressor")
    model.learners["d"] = type(learner)(there.domains["d"], tree, learner.decoding)
    few, many = (written(there.domains["d"], n) for n in (20, 5000))  # type: ignore[arg-type]
    errors = []
    for rows in (few, many):
        model.learners["d"].fit(rows, np.random.default_rng(1))
        errors.append(read(there)["test_error"])
    assert 0 < errors[1] < errors[0]

"""Rows of results: what is measured, when, and under which name."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.collector import Collector, definitions, meter_classes
from analysis.row_view import RowView
from analysis.run import Run
from ecosystem.ecosystem import Ecosystem
from scenarios.build import build
from scenarios.scenario import Scenario

Small = Callable[..., Scenario]
STATISTICS = {"": "mean", ".median": "median", ".min": "min", ".max": "max"}


def stepped(scenario: Scenario, steps: int) -> tuple[Ecosystem, Collector]:
    world = build(scenario)
    for _ in range(steps):
        world.step()
    return world, world.datacollector


_ran: list[Run] = []


@pytest.fixture
def ran(small: Small) -> Run:
    """Four steps of the small world, run once."""
    if not _ran:
        _ran.append(small(steps=4).run())
    return _ran[0]


# ---------------------------------------------------------------------- rows


@pytest.mark.parametrize(
    ("steps", "every", "rows"),
    [(4, 1, [0, 1, 2, 3, 4]), (7, 3, [0, 3, 6, 7]), (6, 3, [0, 3, 6]), (3, 99, [0, 3])],
)
def test_the_start_every_so_manieth_step_and_the_last_are_measured(
    small: Small, steps: int, every: int, rows: list[int]
) -> None:
    run = small(steps=steps, measure_every=every, meters=["web"]).run()
    assert run.metrics["step"].tolist() == rows
    assert sorted(set(run.agents["step"])) == rows
    assert sorted(set(run.items["step"])) == rows


def test_measuring_less_often_changes_no_number(small: Small) -> None:
    often = small(steps=4).run().metrics
    seldom = small(steps=4, measure_every=2).run().metrics
    kept = often[often["step"].isin([0, 2, 4])].reset_index(drop=True)
    looking_back = ("collapsed", "recovery")  # at measured rows only
    memory = [c for c in often if any(name in c for name in looking_back)]
    pd.testing.assert_frame_equal(
        kept.drop(columns=memory), seldom.drop(columns=memory), check_exact=True
    )


def test_every_row_has_its_date(small: Small) -> None:
    run = small(steps=2, calendar={"start": "2023-01-31", "unit": "month"}, meters=["web"]).run()
    assert run.metrics["date"].tolist() == ["2023-01-31", "2023-02-28", "2023-03-31"]
    assert set(run.agents["date"]) == set(run.metrics["date"])


def test_only_models_present_have_rows(ran: Run) -> None:
    by_step = ran.agents.groupby("step")["agent"].apply(set)
    assert by_step[2] == {"alpha", "beta", "gamma"}
    assert by_step[3] == {"alpha", "beta", "gamma", "delta"}
    generation = ran.agents.set_index(["agent", "step"])["generation"]
    assert generation["alpha"].tolist() == [1, 2, 3, 4, 5]
    assert generation["beta"].tolist() == [0, 1, 2, 3, 4]
    assert generation["gamma"].tolist() == [1, 2, 2, 3, 3]


# ---------------------------------------------------------------------- columns


def test_columns_are_those_defined_by_domain_and_nothing_else(ran: Run) -> None:
    steps, agents = {"step", "date"}, {"step", "date", "agent", "generation"}
    seen = [k for k, meter in meter_classes().items() if not issubclass(meter.sees, RowView)]
    for name, column in definitions(seen).items():
        if name.startswith("web."):
            steps.add(name)
            continue
        for domain in ("facts", "words"):
            if column.each == "world":
                steps.add(f"{domain}.{name}")
            else:
                agents.add(f"{domain}.{name}")
                steps |= {f"{domain}.{name}{suffix}" for suffix in STATISTICS}
    assert set(ran.metrics.columns) == steps
    assert set(ran.agents.columns) == agents | {"facts.documents", "words.documents"}


def test_a_chosen_meter_brings_its_columns_only(small: Small) -> None:
    run = small(steps=1, meters=["web", "distance"]).run()
    chosen = definitions(["web", "distance"])
    assert {name.split(".", 1)[1] for name in run.agents if "." in name} - {"documents"} == {
        "kl",
        "tv",
    }
    assert {c for c in run.metrics if c.startswith("web.")} == {
        name for name in chosen if name.startswith("web.")
    }


def test_a_meter_reads_the_same_whoever_else_is_read(small: Small, ran: Run) -> None:
    for kind in ("hill", "falsehood"):
        alone = small(steps=4, meters=[kind], items=False).run().metrics
        pd.testing.assert_frame_equal(alone, ran.metrics[list(alone)], check_exact=True)


@pytest.mark.parametrize("column", ["facts.hill_1", "words.kl", "facts.synthetic_training"])
def test_a_column_of_models_is_summed_up_over_the_models_present(ran: Run, column: str) -> None:
    by_step = ran.agents.groupby("step")[column]
    for suffix, statistic in STATISTICS.items():
        expected = by_step.agg(statistic)
        found = ran.metrics.set_index("step")[column + suffix]
        np.testing.assert_allclose(found, expected.reindex(found.index), rtol=1e-13)


def test_what_is_undefined_for_one_model_is_left_out_of_the_mean(small: Small) -> None:
    """beta starts at the truth and has read nothing at row 0."""
    run = small(steps=1).run()
    first = run.agents[run.agents["step"] == 0].set_index("agent")["facts.synthetic_training"]
    assert np.isnan(first["beta"])
    assert run.metrics["facts.synthetic_training"].iloc[0] == first.mean(skipna=True)


def test_where_it_is_undefined_for_all_so_is_the_mean(ran: Run) -> None:
    first = ran.metrics.iloc[0]
    assert ran.agents["facts.collapsed_at"].isna().iloc[:3].all()
    for suffix in STATISTICS:
        assert np.isnan(first[f"facts.collapsed_at{suffix}"])


def test_no_models_leave_rows_of_the_web_alone(small: Small) -> None:
    scenario = small(steps=1).with_({"models.*.join": 50, "models.*.leave": 60})
    run = scenario.run()
    assert run.metrics["web.models"].tolist() == [0, 0]
    assert run.metrics["facts.hill_1"].isna().all()
    assert run.metrics["facts.web_hill_1"].notna().all()


# ---------------------------------------------------------------------- items


def test_items_tell_what_became_of_each(ran: Run) -> None:
    items = ran.items
    assert items.groupby(["step", "domain"]).size().groupby("domain").unique().map(list).to_dict() \
        == {"facts": [40], "words": [25]}  # fmt: skip
    last = items[(items["step"] == 4) & (items["domain"] == "facts")]
    metrics = ran.metrics.set_index("step").loc[4]
    assert (last["web_documents"] >= 1 - 1e-9).sum() == metrics["facts.web_hill_0"]
    share = last["web_false"].sum() / last["web_documents"].sum()
    assert share == pytest.approx(metrics["facts.web_false_share"])
    leading = (last["web_says"] != "") & (last["web_says"] != last["truth"])
    assert leading.sum() == metrics["facts.web_leading_false_items"]
    assert (last["models_agreeing"] > 4 / 2).sum() == metrics["facts.established"]
    assert last["models_knowing"].between(0, 4).all()
    assert (last["models_agreeing"] <= last["models_wrong"]).all()
    assert ((last["models_say"] != "") == (last["models_wrong"] > 0)).all()
    assert (last["truth"] == "true").all()


def test_items_are_not_kept_where_not_wanted(small: Small) -> None:
    assert small(steps=1, items=False).run().items.empty


# ---------------------------------------------------------------------- Mesa's own tables


def test_mesas_data_collector_is_filled(small: Small) -> None:
    _, collector = stepped(small(steps=3), 3)
    by_step = collector.get_model_vars_dataframe()
    assert by_step.index.tolist() == [0, 1, 2, 3]
    assert by_step["web.models"].tolist() == [3, 3, 3, 4]
    by_agent = collector.get_agent_vars_dataframe()
    assert by_agent.index.names == ["Step", "AgentID"]
    assert by_agent.loc[(3, "delta"), "facts.documents"] > 0


def test_a_restored_collector_goes_on_where_it_stopped(small: Small) -> None:
    scenario = small(steps=4)
    world, whole = stepped(scenario, 4)
    _, half = stepped(scenario, 2)
    again = Collector(scenario)
    again.restore(half.metrics(), half.agents(), half.items(), half.samples(), half.memory)
    world.steps = 4
    again.collect(world)
    pd.testing.assert_frame_equal(
        again.metrics().iloc[:3].reset_index(drop=True), whole.metrics().iloc[:3]
    )
    assert again.metrics()["step"].tolist() == [0, 1, 2, 4]
    assert len(again.items()) == 4 * 65


# ---------------------------------------------------------------------- definitions


def test_every_column_is_defined_in_a_sentence() -> None:
    found: dict[str, Any] = definitions()
    assert sum(len(meter.columns) for meter in meter_classes().values()) == len(found)
    for name, column in found.items():
        assert column.text.endswith("."), name
        assert column.unit, name
    assert set(definitions(["distance"])) == {"kl", "tv", "pooled_kl", "pooled_tv"}

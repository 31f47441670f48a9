"""Accuracy by number of facts: the rows that were measured, and what independence would give."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import plots
from analysis.pictures import reasoning
from analysis.report import write_report
from analysis.run import Run
from scenarios.scenario import Scenario


def asked(right: dict[int, list[float]], product: dict[int, list[float]]) -> Run:
    """A run with nothing but answers, a row a step."""
    columns = {f"facts.answers_{k}": values for k, values in right.items()}
    columns |= {f"facts.product_{k}": values for k, values in product.items()}
    metrics = pd.DataFrame({"step": np.arange(len(right[1])), **columns})
    scenario = {"name": "a", "domains": {"facts": {}}}
    return Run(scenario, {}, metrics, pd.DataFrame())


@pytest.fixture
def three() -> Run:
    """Measured at the steps 0, 2 and 4, too few facts for questions over eight."""
    gap = np.nan
    return asked(
        {
            1: [0.8, gap, 0.7, gap, 0.5],
            2: [0.7, gap, 0.6, gap, 0.3],
            4: [0.5, gap, 0.4, gap, 0.1],
            8: [gap] * 5,
        },
        {
            2: [0.64, gap, 0.49, gap, 0.25],
            4: [0.41, gap, 0.24, gap, 0.06],
            8: [gap] * 5,
        },
    )


def test_the_first_and_the_last_measured_row_are_told(three: Run) -> None:
    first, last = reasoning.rows([three], "facts")
    assert (first.step, last.step) == (0, 4)
    assert last.facts.tolist() == [1, 2, 4], "there are too few facts for questions over eight"
    assert last.right.tolist() == [0.5, 0.3, 0.1]
    assert last.product.tolist() == [0.5, 0.25, 0.06], "one fact alone is right where it is"


def test_one_measured_row_is_told_once(three: Run) -> None:
    once = Run(**{**vars(three), "metrics": three.metrics.iloc[:2]})
    assert [row.step for row in reasoning.rows([once], "facts")] == [0]


def test_replicates_are_told_by_their_mean(three: Run) -> None:
    other = Run(**{**vars(three), "metrics": three.metrics.assign(**{"facts.answers_2": 0.5})})
    first, _ = reasoning.rows([three, other], "facts")
    assert first.right.tolist() == pytest.approx([0.8, 0.6, 0.5])


def test_lines_are_solid_for_answers_and_dashed_for_independent_facts(three: Run) -> None:
    axes = plots.several_facts(three, "facts").axes[0]
    drawn = {
        (line.get_linestyle(), tuple(np.asarray(line.get_ydata()).tolist())) for line in axes.lines
    }
    assert drawn == {
        ("-", (0.8, 0.7, 0.5)),
        ("--", (0.8, 0.64, 0.41)),
        ("-", (0.5, 0.3, 0.1)),
        ("--", (0.5, 0.25, 0.06)),
    }
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["1", "2", "4", "8"]
    assert {text.get_text() for text in axes.texts} == {"step 0", "step 4", "if independent"}


def test_a_report_says_it_only_where_questions_were_asked(tmp_path: Path) -> None:
    plain = Scenario.load("closed_loop").only("birds").with_(steps=2)
    run = plain.run()
    page = write_report(run, tmp_path / "asked").read_text(encoding="utf-8")
    assert "Questions that take several facts" in page
    assert "birds_facts" in plots.all_figures(run)
    bare = run.metrics.drop(columns=[c for c in run.metrics if "answers_" in c])
    silent = Run(**{**vars(run), "metrics": bare})
    page = write_report(silent, tmp_path / "silent").read_text(encoding="utf-8")
    assert "Questions that take several facts" not in page
    assert "birds_facts" not in plots.all_figures(silent)

"""What models write stands in the report: humans on top, then by generation, escaped."""

from pathlib import Path

import numpy as np
import pytest

from analysis.quotes import MOST_QUOTES, quotes
from analysis.report import write_report
from analysis.run import Run
from scenarios.scenario import Scenario


@pytest.fixture(scope="module")
def run() -> Run:
    small = {"steps": 4, "models.*.diet.n": 60, "models.*.volume": 20, "meters": ["vocabulary"]}
    return Scenario.load("same_voice").with_({**small, "domains.plays.vocabulary": 300}).run()


def test_humans_stand_on_top_and_models_from_the_first_row_to_the_last(run: Run) -> None:
    rows = quotes(run, "plays")
    assert [row["who"] for row in rows] == ["humans", *[""] * 5]
    assert [row["generation"] for row in rows] == ["", "1", "2", "3", "4", "5"]
    assert all(len(row["texts"]) == MOST_QUOTES for row in rows)
    kept = run.samples
    assert set(kept["who"]) == {"humans", "models", "web"}
    assert kept["value"].isna().all()
    first = kept[kept["who"] == "humans"]["text"].iloc[0]
    assert "[?]".join(rows[0]["texts"][0]) == first


def test_a_domain_without_texts_has_no_quotes(run: Run) -> None:
    assert quotes(run, "elsewhere") == []


def test_texts_are_escaped_and_unknown_words_marked(run: Run, tmp_path: Path) -> None:
    samples = run.samples.copy()
    samples["text"] = np.where(
        samples["who"] == "models", "<script>alert(1)</script> [?] & so", samples["text"]
    )
    hostile = Run(run.scenario, run.manifest, run.metrics, run.agents, run.items, samples)
    page = write_report(hostile, tmp_path).read_text("utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert '<i class="gap">[?]</i> &amp; so' in page

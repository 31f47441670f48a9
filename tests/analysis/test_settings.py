"""The settings of a control are read as lines, not as nested braces."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from analysis.report import write_report
from analysis.settings import lines, value
from scenarios.scenario import Scenario


def test_what_is_set_inside_a_setting_gets_a_line_of_its_own() -> None:
    given = {
        "models.*.diet.by_domain": {
            "birds": {"takes": [{"source": "forum", "k": 2000}]},
            "two words": {"n": 3, "open": True},
        },
        "policies": [],
    }
    assert lines(given) == [
        'models.*.diet.by_domain.birds.takes = [{ source = "forum", k = 2000 }]',
        'models.*.diet.by_domain."two words".n = 3',
        'models.*.diet.by_domain."two words".open = true',
        "policies = []",
    ]


def test_nothing_set_is_no_line_and_an_empty_table_stays() -> None:
    assert lines({}) == []
    assert lines({"links": {}, "file": None}) == ["links = {}", "file = none"]


@pytest.mark.parametrize(
    "given", [1, 0.5, True, 'a "word" – ü', [], [1, 2], {"a b": [{"c": -1e-9}]}, {}]
)
def test_values_are_written_as_toml_reads_them(given: Any) -> None:
    assert tomllib.loads(f"x = {value(given)}") == {"x": given}


def test_the_page_lists_what_a_control_changes(tmp_path: Path) -> None:
    run = Scenario.load("wright_fisher").with_(steps=2).run()
    run.scenario["control"] = {
        "models.*.diet.by_domain": {"a<b": {"takes": ["forum"]}, "c": {"k": 1}}
    }
    page = write_report(run, tmp_path).read_text(encoding="utf-8")
    assert (
        "<li><code>models.*.diet.by_domain.&#34;a&lt;b&#34;.takes = [&#34;forum&#34;]</code></li>"
        in page
    )
    assert "<li><code>models.*.diet.by_domain.c.k = 1</code></li>" in page
    assert "but for these settings:" in page

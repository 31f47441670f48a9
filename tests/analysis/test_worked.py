"""Exercises in the report: a map of cases, the branches' fates, worked examples in words."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis import worked
from analysis.narrative import headline, items_of
from analysis.pictures import branches
from analysis.report import write_report
from analysis.run import Run
from scenarios.scenario import Scenario


def run(**fields: Any) -> Run:
    given = Scenario.load("edge_cases").with_({"models.0.count": 2, "steps": 3, **fields})
    return given.run()


@pytest.fixture(scope="module")
def small() -> Run:
    return run()


def test_shares_of_models_that_are_right_are_by_branch_and_step(small: Run) -> None:
    shares = worked.right([small], "exercises")
    field = worked.exercises(small, "exercises")
    assert field is not None
    assert list(shares.index) == list(field.items)
    assert list(shares.columns) == [0, 1, 2, 3]
    assert set(np.unique(shares)) <= {0.0, 0.5, 1.0}
    rows = small.items[(small.items["step"] == 3) & (small.items["item"] == field.items[5])]
    assert shares.loc[field.items[5], 3] == rows["models_knowing"].iloc[0] / 2


def test_replicates_are_averaged(small: Run) -> None:
    one = worked.right([small], "exercises")
    other = run(seed=2)
    mean = worked.right([small, other], "exercises")
    np.testing.assert_allclose(mean, (one + worked.right([other], "exercises")) / 2)


def test_branches_have_a_story_of_their_own_not_that_of_items(small: Run) -> None:
    assert items_of(small, "exercises").empty
    assert len(worked.table(small, "exercises")) == 4 * 25
    sentence = headline([small])[-1]
    assert "of edge cases a model gets" in sentence
    assert "nobody gets right" in sentence


def test_the_page_shows_the_map_and_reads_examples_as_words(small: Run, tmp_path: Path) -> None:
    page = write_report(small, tmp_path).read_text(encoding="utf-8")
    found = worked.branches([small], "exercises")
    assert found is not None
    assert (tmp_path / "figures" / "exercises_branches.svg").is_file()
    assert len(found["rows"]) == 25
    assert len(found["examples"]) == worked.SHOWN
    for words in ("Which cases are still got right", "century divisible by 400"):
        assert words in page, words
    for said in found["examples"]:
        assert said["question"] in page
    assert "What was forgotten" not in page


def test_headers_tell_one_example_from_all_test_problems(small: Run, tmp_path: Path) -> None:
    page = write_report(small, tmp_path).read_text(encoding="utf-8")
    table = page.split("What they answer now")[1].split("</thead>")[0]
    heads = [head.split(">", 1)[-1] for head in table.replace("</th>", "<th").split("<th")]
    of_example = [head for head in heads if "to the example" in head]
    of_case = [head for head in heads if "at least half of the case's test problems" in head]
    assert len(of_example) == 2
    assert len(of_case) == 1
    assert not set(of_example) & set(of_case)


def test_the_map_has_a_mark_for_every_branch(small: Run) -> None:
    made = branches.draw([small], "exercises")
    field = worked.exercises(small, "exercises")
    assert field is not None
    texts = [text.get_text() for text in made.texts]
    for item, group in zip(field.items, field.group_of, strict=True):
        assert item.removeprefix(f"{field.groups[group]}: ") in texts
    cells = [mesh.get_array() for axes in made.axes for mesh in axes.collections]
    assert sum(np.size(cell) for cell in cells) == 25 * 4


def test_what_was_not_kept_is_not_told(tmp_path: Path) -> None:
    bare = run(items=False)
    assert worked.branches([bare], "exercises") is None
    page = write_report(bare, tmp_path).read_text(encoding="utf-8")
    assert "Which cases are still got right" not in page
    assert "Edge cases a model gets right" in page


def test_other_domains_have_no_branches() -> None:
    other = Scenario.load("wright_fisher").with_(steps=1).run()
    assert worked.table(other, other.domains[0]).empty
    assert worked.branches([other], other.domains[0]) is None
    assert worked.told([other], other.domains[0]) == []

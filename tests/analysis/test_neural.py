"""The comparison of cheap and neural learners: what it claims of made-up results."""

from typing import Any

import numpy as np
import pytest

from analysis import neural
from analysis.neural import Change, section
from analysis.pictures.style import png

RULES = ("replaced", "a tenth human", "accumulated")


def made(changes: dict[str, dict[str, float]], runs: int = 5) -> dict[str, Any]:
    """Results in which every measure changes by so much, give or take .01, by learner and rule."""
    noise = 0.01 * (np.arange(runs) - (runs - 1) / 2)
    found: dict[str, Any] = {}
    for learner, by_rule in changes.items():
        for rule, change in by_rule.items():
            curves = [[1.0, 1 + change / 2, 1 + change + each] for each in noise.tolist()]
            found[f"tiny/{learner}/{rule}"] = {
                "title": "a network",
                "curves": dict.fromkeys(neural.MEASURES, curves),
            }
    return found


def test_learners_that_move_alike_agree_in_everything() -> None:
    alike = dict(zip(RULES, (0.5, 0.2, 0.1), strict=True))
    text = section(made({"n-gram": alike, "tiny transformer": alike}))
    assert "of 18 changes that both learners show clearly, 18 go the same way (0" in text
    assert "of 18 pairs of rules that both put in order clearly, 18 are in the same (0" in text
    assert text.count("as claimed (loss") == 4
    assert "not as claimed" not in text
    assert "disagree" not in text


def test_what_they_disagree_on_is_named() -> None:
    text = section(
        made(
            {
                "n-gram": dict(zip(RULES, (0.5, 0.2, 0.1), strict=True)),
                "tiny transformer": dict(zip(RULES, (0.5, 0.6, -0.1), strict=True)),
            }
        )
    )
    assert "12 go the same way; they disagree on: cross-entropy of held-out human text, acc" in text
    assert "12 are in the same; they disagree on: " in text
    assert "replaced against a tenth human" in text
    assert "tiny transformer: not as claimed" in text


def test_what_is_not_beyond_chance_is_no_direction() -> None:
    flat = dict.fromkeys(RULES, 0.0)
    text = section(made({"n-gram": flat, "tiny transformer": flat}))
    assert "of 0 changes that both learners show clearly, 0 go the same way (18 are" in text


def test_one_run_has_no_interval() -> None:
    change = Change.of(np.array([0.3]))
    assert str(change) == "+0.3"
    assert change.direction == 1
    several = Change.of(np.array([0.1, 0.2, 0.3]))
    assert str(several) == "+0.2 [−0.0484, 0.448]"
    assert several.direction == 0


def test_the_picture_can_be_drawn_and_the_stored_results_told() -> None:
    found = made({"n-gram": dict.fromkeys(RULES, 0.1)})
    assert png(neural.picture(found)).startswith(b"\x89PNG")
    if stored := neural.results():
        assert section(stored) in (neural.RESULTS.parent / "validation.md").read_text("utf-8")


def test_a_learner_that_was_not_run_under_a_rule_is_said_so() -> None:
    found = made({"n-gram": dict.fromkeys(RULES, 0.1), "SmolLM2": {"replaced": 0.2}})
    assert "not run" in section(found)


@pytest.mark.parametrize("runs", [1, 5])
def test_runs_are_counted(runs: int) -> None:
    text = section(made({"n-gram": dict.fromkeys(RULES, 0.1)}, runs))
    assert ("n-gram (one run)" if runs == 1 else "n-gram (5 runs)") in text

"""The page of a study says what its numbers say, whatever the study."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.gains import gains
from analysis.study_answer import answers
from analysis.study_report import figures, write_study_report
from analysis.told_study import ToldStudy
from tests.analysis.test_gains import models
from tests.analysis.test_report import EVIL, Addresses, visible
from tests.analysis.told import ERRORS, SHARE, many, told

CLEAR, LESS, NOISY = [0.1, 0.11, 0.12], [0.05, 0.061, 0.07], [0.3, -0.2, 0.1]


def text(study: ToldStudy, folder: Path) -> str:
    return visible(write_study_report(study, folder).read_text(encoding="utf-8"))


def kinds(study: ToldStudy) -> set[str]:
    return {name.rsplit("_", 1)[1] for name, _ in figures(study)}


# ---------------------------------------------------------------------- the answer


def test_the_answer_names_the_arm_that_helps_most_by_how_much_and_how_often() -> None:
    first, beside = answers(told({("good", ""): CLEAR, ("less", ""): LESS}))
    assert first.startswith("“good” helps most with the first outcome, rare items a model knows")
    assert "62 % instead of 51 %" in first
    assert "+11 points [+8.52, +13.5]" in first
    assert "it helps in 3 of 3 replicates" in first
    assert beside == "It is told apart from every other arm."


def test_the_answer_says_which_arms_are_not_told_apart_from_the_best() -> None:
    near = {("a", ""): CLEAR, ("b", ""): [0.09, 0.12, 0.11]}
    assert answers(told(near))[1] == "Not told apart from it: “b”."


def test_the_answer_says_what_the_best_arm_does_to_other_outcomes() -> None:
    both = told({("good", ""): CLEAR}, {("good", ""): CLEAR})
    assert answers(both)[-1] == "It does harm to: distance from the truth (+0.11)."
    helps = told({("good", ""): CLEAR}, {("good", ""): [-0.1, -0.11, -0.12]})
    assert answers(helps)[-1] == "It also helps with: distance from the truth (−0.11)."
    noisy = told({("good", ""): CLEAR}, {("good", ""): NOISY})
    assert answers(noisy)[-1] == "Not settled for it: distance from the truth."


def test_where_nothing_is_settled_the_answer_says_how_many_replicates_would_settle_it() -> None:
    study = told({("a", ""): NOISY, ("b", ""): [0.01, -0.02, 0.0]})
    (said,) = answers(study)
    needed = study.ranked("", SHARE).iloc[0]["settles"]
    assert said.startswith("Nothing is settled for the first outcome")
    assert f"{needed:.0f} replicates would settle its sign" in said


def test_a_settled_arm_is_the_answer_though_another_has_a_larger_mean() -> None:
    first, second = answers(told({("sure", ""): LESS, ("wild", ""): [0.6, -0.3, 0.2]}))
    assert first.startswith("“sure” helps most")
    assert second.startswith("“wild” has a larger mean")


def test_where_all_harm_the_answer_says_that_nothing_helps() -> None:
    (said,) = answers(told({("bad", ""): [-0.1, -0.2, -0.15]}))
    assert said.startswith("Nothing that was tried helps")


def test_a_single_replicate_settles_nothing() -> None:
    (said,) = answers(told({("a", ""): [0.1]}))
    assert "with 1 replicate" in said
    assert "a single replicate cannot tell how sure that is" in said


def test_a_best_arm_with_a_replicate_that_is_not_defined_is_not_told_from_itself() -> None:
    nan = float("nan")
    said = answers(told({("a", ""): CLEAR, ("b", ""): [0.3, nan, 0.321], ("c", ""): [nan] * 3}))
    assert said[0].startswith("“b” helps most")
    assert "it helps in 2 of 2 replicates (1 more not defined)" in said[0]
    assert said[1] == "It is told apart from every other arm."


def test_the_answer_names_what_gains_most_for_its_cost() -> None:
    cost = {"a": 10.0, "b": 300.0, "waste": 400.0}
    arms = {("a", ""): CLEAR, ("b", ""): [0.2, 0.21, 0.22], ("waste", ""): LESS}
    assert answers(told(arms, cost=cost))[-1] == (
        "For its cost nothing gains more, going by means, than “a” (+11 points for 10), "
        "“b” (+21 points for 300)."
    )
    said = answers(told({("bad", ""): [-0.1, -0.2]}, cost={"bad": 1.0}))
    assert said[-1] == "For what they cost no arm does better than the baseline."


def test_costs_of_arms_that_no_world_has_whole_are_not_weighed(tmp_path: Path) -> None:
    """An arm that failed in one of two worlds has no mean over them."""
    study = told({("a", "u"): CLEAR, ("a", "v"): [float("nan")] * 3}, cost={"a": 1.0})
    assert study.priced(SHARE) is None
    assert "What it costs" in text(study, tmp_path)


def test_where_outcomes_tip_is_told_with_the_answer() -> None:
    tip = {"title": "distance", "outcome": "d.kl", "world": "", "says": ["It tips at 3.", "More."]}
    said = answers(told({("good", ""): CLEAR}, findings={"tipping": [tip]}))
    assert said[-1] == "Tipping point: It tips at 3."


def test_an_outcome_without_any_value_is_not_answered() -> None:
    (said,) = answers(told({("a", ""): [float("nan")] * 2}))
    assert said.startswith("No arm has a value of the first outcome")


def test_over_worlds_the_answer_counts_in_how_many_each_arm_is_best() -> None:
    each = {("a", f"w{i}"): [0.1 + 0.01 * i, 0.1] for i in range(6)}
    each |= {("b", f"w{i}"): [0.2 * (i < 2), 0.2 * (i < 2)] for i in range(6)}
    (said,) = answers(told(each))
    assert said.startswith("Over 6 worlds, best for the first outcome: “a” in 4, “b” in 2.")
    assert "“a” helps in 6 of 6 worlds" in said


# ---------------------------------------------------------------------- the page


def test_every_arm_stands_with_difference_interval_and_how_often_it_helps(tmp_path: Path) -> None:
    study = told({("good", ""): CLEAR, ("noisy", ""): NOISY}, cost={"good": 300.0})
    said = text(study, tmp_path)
    for row in study.ranked("", SHARE).to_dict("records"):
        line = (
            f"{row['name']} {row['value'] * 100:.3g} % {SHARE.change(row['difference'])} "
            f"{SHARE.band(row['low'], row['high'])} {SHARE.change(row['median'])} "
            f"{row['helps'] * 3:g} of 3"
        )
        assert line in said
    assert "300 27.3 2" in said  # cost, and for each of 11 points


def test_what_is_not_defined_is_said_beside_the_numbers(tmp_path: Path) -> None:
    nan = float("nan")
    said = text(told({("a", ""): [0.1, nan, 0.12], ("never", ""): [nan] * 3}), tmp_path)
    assert "2 of 2 (1 more not defined)" in said
    assert "Not defined in any replicate: never." in said


def test_costs_are_told_beside_that_of_the_baseline(tmp_path: Path) -> None:
    dear = {"baseline": 6000.0, "a": 6015.0}
    study = told({("a", ""): [0.1, 0.2]}, cost=dear)
    said = text(study, tmp_path)
    assert "the baseline costs 6,000" in said
    assert "6,015 1 " in said, "15 more for 15 points"
    assert kinds(study) == {"forest", "price"}
    assert kinds(told({("a", ""): [0.1, 0.2]}, cost={"baseline": 5.0, "a": 5.0})) == {"forest"}


def test_a_study_of_tipping_points_only_has_a_page_without_arms(tmp_path: Path) -> None:
    some = told({("a", ""): CLEAR})
    tip = {"title": "distance", "outcome": "d.kl", "says": ["It tips at 3."]}
    study = replace(some, arms=[], comparison=some.comparison[:0], findings={"tipping": []})
    assert not study.costly
    said = text(study, tmp_path)
    assert "What it did" not in said
    assert "Every arm" not in said
    assert "Of 0 effects" not in said
    assert answers(replace(study, findings={"tipping": [tip]})) == ["Tipping point: It tips at 3."]


def test_arms_in_which_as_many_comply_are_told_together(tmp_path: Path) -> None:
    same = {"world": "", "policy": "p", "who": "sites", "inside": 2.0, "asked": 4}
    others = pd.DataFrame([{**same, "arm": arm} for arm in "abcd"] + [{**same, "arm": "e"}])
    others.loc[4, "inside"] = 3.0
    said = text(told({("a", ""): CLEAR}, others=others), tmp_path)
    assert "4 arms: 2 of 4 sites comply with p e: 3 of 4 sites comply with p" in said


def test_definitions_limits_and_the_command_stand_on_the_page(tmp_path: Path) -> None:
    said = text(told({("a", ""): CLEAR}, policies={"p": "What p is."}), tmp_path)
    for part in (SHARE.text, "Models, not measurements", "Much.", "python run.py study x",
                 "p : What p is.", "No run failed"):  # fmt: skip
        assert part in said


def test_failed_runs_stand_with_their_causes_and_what_is_missing(tmp_path: Path) -> None:
    failed = [{"world": "", "arm": "b", "replicate": 2, "cause": "ValueError: too cold"}]
    study = told({("a", ""): CLEAR, ("b", ""): LESS[:2]}, failed=failed)
    said = text(study, tmp_path)
    assert "1 run failed; 1 pair of runs is missing for it" in said
    assert "b, replicate 2: ValueError: too cold" in said


@pytest.mark.parametrize(("spread", "little"), [(0.0001, False), (0.05, True)])
def test_pairing_that_saves_little_is_called_little(
    spread: float, little: bool, tmp_path: Path
) -> None:
    values = (0.1 + spread * np.array([1.0, -1.0, 0.5])).tolist()
    assert ("It is little for:" in text(told({("a", ""): values}), tmp_path)) == little


def test_a_page_needs_nothing_else_and_every_name_is_escaped(tmp_path: Path) -> None:
    study = told({(EVIL, EVIL): CLEAR, ("b & $c$", EVIL): LESS}, title=EVIL, question=EVIL)
    path = write_study_report(study, tmp_path)
    found = Addresses()
    page = path.read_text(encoding="utf-8")
    found.feed(page)
    assert "script" not in found.tags
    assert all(address.startswith("#") for address in found.found)
    assert len(found.ids) == len(set(found.ids))
    for drawn in (tmp_path / "figures").glob("*.svg"):
        ET.parse(drawn)


def test_writing_again_leaves_no_figure_of_before(tmp_path: Path) -> None:
    write_study_report(many(3), tmp_path)
    write_study_report(told({("a", ""): CLEAR}), tmp_path)
    names = [path.name for path in (tmp_path / "figures").iterdir()]
    assert sorted(names) == sorted(f"{name}.svg" for name, _ in figures(told({("a", ""): CLEAR})))


def test_over_many_worlds_a_few_are_shown_and_all_count(tmp_path: Path) -> None:
    study = told({("a", f"w{i}"): [0.099 - 0.05 * i, 0.101 - 0.05 * i] for i in range(7)})
    said = text(study, tmp_path)
    assert "3 more worlds are not shown one by one" in said
    assert "a −5 −20 +10 2 of 7 2" in said
    assert len([name for name, _ in figures(study)]) == 4


def test_who_gains_stands_for_both_sides(tmp_path: Path) -> None:
    rows = [(r, inside, 0.01 * (r + 1 + inside)) for r in range(3) for inside in (True, False)]
    found = gains(models(rows).assign(outcome=SHARE.key))
    said = text(told({("a", ""): CLEAR}, gains=found), tmp_path)
    assert "a p: comply 50 % +3 [+0.516, +5.48] +2 [−0.484, +4.48] +1" in said


def test_the_answer_says_who_gains_where_that_is_beyond_chance() -> None:
    rows = [(r, inside, 0.01 * r + (0.02 + 0.002 * (r % 2)) * inside) for r in range(4)
            for inside in (True, False)]  # fmt: skip
    noisy = [(r, inside, 0.01 * r * inside - 0.01) for r in range(3) for inside in (True, False)]
    clear, chance = (gains(models(each).assign(outcome=SHARE.key)) for each in (rows, noisy))
    (said,) = [s for s in answers(told({("a", ""): CLEAR}, gains=clear)) if "fare" in s]
    assert said.startswith("With “a” models that take part fare better than the others in ")
    assert said.endswith(": +3.6 points against +1.5 points.")
    (said,) = [s for s in answers(told({("a", ""): CLEAR}, gains=chance)) if "fare" in s]
    assert (
        said
        == "Whether models that take part fare otherwise than the others is settled for no arm."
    )


# ---------------------------------------------------------------------- which pictures


@pytest.mark.parametrize(
    ("arms", "expected"),
    [(1, {"forest"}), (5, {"forest"}), (20, {"forest"}), (60, {"forest", "ranks"})],
)
def test_very_many_arms_are_ranked_in_a_picture_of_their_own(
    arms: int, expected: set[str], tmp_path: Path
) -> None:
    study = many(arms)
    assert kinds(study) == expected | {"course", "price"}
    drawn = (write_study_report(study, tmp_path).parent / "figures").glob("*_forest.svg")
    names = re.findall(r">(arm number \d+)<", next(drawn).read_text(encoding="utf-8"))
    order = study.ranked("", SHARE)["name"].tolist()
    assert names == (order if arms <= 40 else order[:20] + order[-8:])


def points(levers: dict[str, dict[str, Any]]) -> ToldStudy:
    return told({(name, ""): CLEAR for name in levers}, levers=levers)


def test_levers_are_drawn_as_what_they_are() -> None:
    one = points({f"x {v}": {"x": v} for v in (0.1, 0.2)})
    grid = points({f"{x}, {y}": {"x": x, "y": y} for x in (1, 2) for y in (3, 4)})
    sampled = points({f"point {i}": {"x": 0.1 * i, "y": i**2} for i in range(5)})
    words = points({w: {"x": w} for w in ("low", "high")})
    assert kinds(one) == {"along", "forest"}
    assert kinds(grid) == {"plane"}
    assert kinds(sampled) == {"cloud", "forest"}
    assert kinds(words) == {"forest"}


def test_arms_beside_a_design_keep_the_forest() -> None:
    mixed = points({"x 1": {"x": 1.0}, "x 2": {"x": 2.0}, "other": {}})
    assert kinds(mixed) == {"forest"}


def test_a_sampled_point_goes_by_the_values_of_its_levers() -> None:
    study = points({f"point {i}": {"x": 0.25 * i} for i in range(3)})
    assert set(study.ranked("", SHARE)["name"]) == {"x 0", "x 0.25", "x 0.5"}


def test_an_arm_without_a_value_is_left_out_of_its_ranking() -> None:
    study = told({("a", ""): CLEAR, ("b", ""): [float("nan")] * 3}, {("a", ""): CLEAR})
    assert study.ranked("", SHARE)["arm"].tolist() == ["a"]
    assert study.ranked("", ERRORS)["arm"].tolist() == ["a"]


def test_how_late_is_too_late_is_said_of_the_first_outcome_in_every_world() -> None:
    late = {"outcome": SHARE.key, "held": {}, "says": ["Half is left until step 9."]}
    findings = {
        "too_late": [
            {**late, "world": "w"},
            {**late, "world": "", "held": {"x": 1}},
            {**late, "world": "", "outcome": "another"},
        ]
    }
    said = answers(replace(told({("good", ""): CLEAR}), findings=findings))
    assert [s for s in said if "late" in s] == [
        "How late is too late in the world “w”: Half is left until step 9."
    ]

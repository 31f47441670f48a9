"""Families of exercises: answers against independent sources, every problem a family has."""

import calendar
from collections import Counter
from typing import Any

import numpy as np
import pytest

from ecosystem.domains.exercises import EDGE, NAMES, Exercises, ExercisesSpec
from ecosystem.families import Family
from ecosystem.problems import (
    FAMILIES,
    Grades,
    LeapYears,
    MonthLengths,
    RomanNumerals,
    TaxRates,
    Triangles,
)

EACH = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)


def made(*families: str) -> Exercises:
    return Exercises("field", ExercisesSpec.model_validate({"families": families or NAMES}))


@EACH
def test_every_problem_has_one_branch_a_right_answer_and_another_mistake(family: Family) -> None:
    assert family.shares.sum() == pytest.approx(1)
    assert (family.shares > 0).all()
    assert len({tuple(problem) for problem in family.problems.tolist()}) == len(family.problems)
    assert set(family.branch_of.tolist()) == set(range(len(family.branches)))
    assert (family.right != family.wrong).all()
    questions = {family.question(*problem) for problem in family.problems.tolist()}
    assert len(questions) == len(family.problems)


@EACH
def test_a_problem_is_found_by_its_numbers_and_nothing_else_is(family: Family) -> None:
    places = family.places(family.problems.astype(float))
    np.testing.assert_array_equal(places, np.arange(len(family.problems)))
    strange = np.array([[0.5], [-1.0], [1e6]]).repeat(family.problems.shape[1], axis=1)
    assert (family.places(strange) == -1).all()


def test_leap_years_and_months_are_those_of_pythons_calendar() -> None:
    leap, month = LeapYears(), MonthLengths()
    for (year,) in leap.problems.tolist():
        assert leap.answer(year) == ("yes" if calendar.isleap(year) else "no")
    for number, year in month.problems.tolist():
        assert month.answer(number, year) == str(calendar.monthrange(year, number)[1])
    assert leap.branch(1900) == "century"
    assert leap.branch(2000) == "century divisible by 400"
    assert "February 1900" in month.question(2, 1900)


def test_roman_numerals_are_read_back_as_the_number() -> None:
    worth = dict(zip("IVXLCDM", (1, 5, 10, 50, 100, 500, 1000), strict=True))
    family = RomanNumerals()
    for place, (number,) in enumerate(family.problems.tolist()):
        letters = [worth[x] for x in family.said(int(family.right[place]), number)]
        after = [*letters[1:], 0]
        read = sum(-x if x < y else x for x, y in zip(letters, after, strict=True))
        assert read == number
    assert family.said(family.answers.index("VIIII"), 900) == "DCCCC"
    assert family.mistake(4) == "IIII"


def test_triangles_close_by_herons_formula() -> None:
    family = Triangles()
    for a, b, c in family.problems.tolist():
        s = (a + b + c) / 2
        area = s * (s - a) * (s - b) * (s - c)
        answer = family.answer(a, b, c)
        assert (answer != "none") == (area > 0)
        if area > 0:
            most = max(Counter((a, b, c)).values())
            assert answer == ("scalene", "isosceles", "equilateral")[most - 1]
        assert (family.branch(a, b, c) == "flat") == (area == 0)


def test_borders_belong_to_the_better_grade_and_full_marks_are_a_grade() -> None:
    family = Grades()
    assert [family.answer(p) for p in (0, 59, 60, 89, 90, 99, 100)] == [*"FFDBAA", "A+"]
    assert family.mistake(90) == "B"


def test_the_withdrawn_allowance_is_taxed_higher_than_what_is_above_it() -> None:
    family = TaxRates()
    rates = [int(family.answer(k).split()[0]) for k in (12, 13, 50, 51, 100, 101, 125, 126, 500)]
    assert rates == [0, 20, 20, 40, 40, 60, 60, 45, 45]


# ---------------------------------------------------------------------- the domain


def test_shares_of_branches_are_those_of_the_calendar() -> None:
    field = made()
    assert field.topics.sum() == pytest.approx(1)
    of = dict(zip(field.items, field.topics * len(field.families), strict=True))
    assert of["leap years: century"] == pytest.approx(3 / 400)
    assert of["leap years: century divisible by 400"] == pytest.approx(1 / 400)
    assert of["days in a month: February of a leap year"] == pytest.approx(97 / 4800)
    assert of["kinds of triangle: equilateral"] == pytest.approx(1 / 225)
    first = np.array([np.log10(1 + 1 / d) for d in (4, 9)]) * 3
    whole = 3 + np.log10(4)
    assert of["roman numerals: one before five"] == pytest.approx(first[0] / whole)
    assert of["roman numerals: one before ten"] == pytest.approx(first[1] / whole)


def test_every_family_has_common_and_edge_branches() -> None:
    field = made()
    for group in range(len(field.groups)):
        mine = field.group_of == group
        assert field.edge[mine].any()
        assert (~field.edge[mine]).any()
    np.testing.assert_array_equal(field.edge, field.topics * len(field.groups) < EDGE)


def test_human_documents_are_of_their_branch_and_come_out_as_right_or_wrong() -> None:
    field, rng = made(), np.random.default_rng(1)
    for cell in range(2 * len(field.items)):
        rows = field.human(cell, 200, rng)
        assert rows.shape == (200, field.width)
        assert (field.items_of(rows) == cell // 2).all()
        assert (field.execute(rows) == (cell % 2 == 0)).all()


def test_humans_ask_problems_as_often_as_they_occur() -> None:
    field, rng = made("tax rates"), np.random.default_rng(2)
    item = field.items.index("tax rates: lower rate")
    incomes = field.human(2 * item, 20_000, rng)[:, 1]
    family = field.families[0]
    mine = family.branch_of == item
    shares = family.shares[mine] / family.shares[mine].sum()
    expected = float(shares @ family.problems[mine, 0])
    sd = float(np.sqrt(shares @ (family.problems[mine, 0] - expected) ** 2))
    assert abs(incomes.mean() - expected) < 4 * sd / np.sqrt(incomes.size)


def test_the_test_has_as_many_problems_of_every_branch_all_rightly_answered() -> None:
    field = made()
    test, of = field.reference(), field.labels()
    assert set(np.bincount(of).tolist()) == {40}
    assert field.execute(test).all()
    np.testing.assert_array_equal(field.items_of(test), of)
    examples = field.examples()
    assert field.execute(examples).all()
    np.testing.assert_array_equal(field.items_of(examples), np.arange(len(field.items)))


def test_what_is_no_exercise_is_of_no_branch_and_not_right() -> None:
    field = made("grades", "leap years")
    rows = np.array([[0, 101, 2], [0, 70.5, 2], [5, 70, 2], [1, 0, 0], [0, 70, -1.0]])
    assert field.items_of(rows).tolist() == [-1, -1, -1, -1, 1]
    assert not field.execute(rows).any()
    assert field.tally(rows, np.ones(5)).sum() == 1


def test_a_worked_example_reads_as_words() -> None:
    field = made("leap years", "grades")
    row: Any = np.array([0, 1900, 1.0])
    assert field.words(row) == ("Is 1900 a leap year?", "yes", False)
    row = np.array([1, 90, 4.0])
    assert field.words(row) == ("Which grade are 90 points?", "A", True)

"""Six families of exercises with genuine edge cases, each at its natural frequency."""

from collections.abc import Iterator
from itertools import product
from math import erf, log, log10, sqrt

from ecosystem.families import Family, Problem

LONGEST = 15
"""The longest side of a triangle."""
LETTERS = ("IVX", "XLC", "CDM", "Mↁↂ")
"""One, five and ten of units, tens, hundreds and thousands."""
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
TYPICAL, SPREAD, HIGHEST = 28, 0.8, 500
"""Incomes: thousands at the median, standard deviation of the logarithm, the highest asked."""
BANDS = ((12, "0 %"), (50, "20 %"), (100, "40 %"), (125, "60 %"))
"""Thousands to which a rate of tax reaches."""


class LeapYears(Family):
    """Leap years of the Gregorian calendar: 1 to 2400, every year asked alike often."""

    name = "leap years"
    answers = ("no", "yes")
    branches = ("not divisible by 4", "divisible by 4", "century", "century divisible by 400")

    def asked(self) -> Iterator[tuple[Problem, float]]:
        return (((year,), 1.0) for year in range(1, 2401))

    def branch(self, *problem: int) -> str:
        (year,) = problem
        if year % 4:
            return "not divisible by 4"
        if year % 100:
            return "divisible by 4"
        return "century" if year % 400 else "century divisible by 400"

    def answer(self, *problem: int) -> str:
        (year,) = problem
        return "yes" if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else "no"

    def mistake(self, *problem: int) -> str:
        return "no" if self.answer(*problem) == "yes" else "yes"

    def look(self, *problem: int) -> tuple[int, ...]:
        (year,) = problem
        return year % 4, year % 100, year % 400

    def question(self, *problem: int) -> str:
        return f"Is {problem[0]} a leap year?"


class MonthLengths(Family):
    """Days in a month: of 400 years, a whole round of the calendar, every month alike often.

    A solver looks at the month and at the year in its round of four: no further, so that
    February 1900 cannot be learnt here (see `LeapYears`); it is one in a hundred Februaries.
    """

    name = "days in a month"
    answers = ("28", "29", "30", "31")
    branches = ("31 days", "30 days", "February", "February of a leap year")

    def asked(self) -> Iterator[tuple[Problem, float]]:
        return (((month, year), 1.0) for year in range(1801, 2201) for month in range(1, 13))

    def branch(self, *problem: int) -> str:
        return {
            "31": "31 days",
            "30": "30 days",
            "28": "February",
            "29": "February of a leap year",
        }[self.answer(*problem)]

    def answer(self, *problem: int) -> str:
        month, year = problem
        if month == 2:
            return "29" if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else "28"
        return "30" if month in (4, 6, 9, 11) else "31"

    def mistake(self, *problem: int) -> str:
        return {"31": "30", "30": "31", "28": "29", "29": "28"}[self.answer(*problem)]

    def look(self, *problem: int) -> tuple[int, ...]:
        month, year = problem
        return month, year % 4

    def question(self, *problem: int) -> str:
        month, year = problem
        return f"How many days has {MONTHS[month - 1]} {year}?"


class RomanNumerals(Family):
    """Roman numerals of 1 to 9, 10 to 90, ..., 3000.

    First digits of the numbers people write follow Newcomb (1881) and Benford (1938): d is the
    first of a number with probability log10(1 + 1/d); tens, hundreds, ... alike often.
    """

    name = "roman numerals"
    answers = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "IIII", "VIIII")
    branches = ("ones, added", "a five, and ones added", "one before five", "one before ten")

    def asked(self) -> Iterator[tuple[Problem, float]]:
        digits = product(range(4), range(1, 10))
        return (((d * 10**p,), log10(1 + 1 / d)) for p, d in digits if p < 3 or d < 4)

    def branch(self, *problem: int) -> str:
        digit, _ = self.look(*problem)
        if digit < 4:
            return "ones, added"
        return {4: "one before five", 9: "one before ten"}.get(digit, "a five, and ones added")

    def answer(self, *problem: int) -> str:
        digit, _ = self.look(*problem)
        if digit in (4, 9):
            return "I" + ("V" if digit == 4 else "X")
        return "V" * (digit > 4) + "I" * (digit % 5)

    def mistake(self, *problem: int) -> str:
        digit, _ = self.look(*problem)
        if digit in (4, 9):  # only adding, as on clocks
            return "V" * (digit > 4) + "I" * (digit % 5)
        return {1: "II", 2: "I", 3: "II", 5: "IV", 6: "IV", 7: "VI", 8: "VII"}[digit]

    def look(self, *problem: int) -> tuple[int, ...]:
        (number,) = problem
        place = len(str(number)) - 1
        return number // 10**place, place

    def question(self, *problem: int) -> str:
        return f"How is {problem[0]} written in roman numerals?"

    def said(self, code: int, *problem: int) -> str:
        _, place = self.look(*problem)
        return self.answers[code].translate(str.maketrans("IVX", LETTERS[place]))


class Triangles(Family):
    """Kinds of triangle: three sides of 1 to 15, all alike often."""

    name = "kinds of triangle"
    answers = ("none", "scalene", "isosceles", "equilateral")
    branches = ("scalene", "isosceles", "too short to close", "flat", "equilateral")

    def asked(self) -> Iterator[tuple[Problem, float]]:
        return ((sides, 1.0) for sides in product(range(1, LONGEST + 1), repeat=3))

    def branch(self, *problem: int) -> str:
        a, b, c = sorted(problem)
        if a + b <= c:
            return "flat" if a + b == c else "too short to close"
        return self.answer(*problem)

    def answer(self, *problem: int) -> str:
        a, b, c = sorted(problem)
        if a + b <= c:
            return "none"
        return {3: "scalene", 2: "isosceles", 1: "equilateral"}[len({a, b, c})]

    def mistake(self, *problem: int) -> str:
        if self.answer(*problem) == "none":
            return "scalene" if len(set(problem)) == 3 else "isosceles"
        return {"scalene": "none", "isosceles": "scalene", "equilateral": "isosceles"}[
            self.answer(*problem)
        ]

    def look(self, *problem: int) -> tuple[int, ...]:
        a, b, c = sorted(problem)
        return b - a, c - b, a + b - c

    def question(self, *problem: int) -> str:
        return "Which kind of triangle has the sides {}, {} and {}?".format(*problem)


class Grades(Family):
    """Grades of 0 to 100 points, all alike often; a border belongs to the better grade."""

    name = "grades"
    answers = ("F", "D", "C", "B", "A", "A+")
    branches = ("within a grade", "on a border", "full marks")

    def asked(self) -> Iterator[tuple[Problem, float]]:
        return (((points,), 1.0) for points in range(101))

    def branch(self, *problem: int) -> str:
        (points,) = problem
        if points == 100:
            return "full marks"
        return "on a border" if points in (60, 70, 80, 90) else "within a grade"

    def answer(self, *problem: int) -> str:
        (points,) = problem
        if points == 100:
            return "A+"
        return self.answers[max(0, points // 10 - 5)]

    def mistake(self, *problem: int) -> str:
        code = self.answers.index(self.answer(*problem))
        return self.answers[code - 1 if code else 1]

    def look(self, *problem: int) -> tuple[int, ...]:
        return problem

    def question(self, *problem: int) -> str:
        return f"Which grade are {problem[0]} points?"


class TaxRates(Family):
    """Tax on the last unit of an income: while an allowance is withdrawn, the rate is higher.

    As in the United Kingdom since 2010, in rounded thousands. Incomes are log-normal.
    """

    name = "tax rates"
    answers = ("0 %", "20 %", "40 %", "45 %", "60 %")
    branches = ("no tax", "lower rate", "higher rate", "allowance withdrawn", "highest rate")

    def asked(self) -> Iterator[tuple[Problem, float]]:
        def below(income: float) -> float:
            return 0.5 * (1 + erf(log(income / TYPICAL) / SPREAD / sqrt(2)))

        return (((k,), below(k) - (below(k - 1) if k > 1 else 0)) for k in range(1, HIGHEST + 1))

    def branch(self, *problem: int) -> str:
        names = dict(zip(("0 %", "20 %", "40 %", "60 %", "45 %"), self.branches, strict=True))
        return names[self.answer(*problem)]

    def answer(self, *problem: int) -> str:
        (income,) = problem
        return next((rate for top, rate in BANDS if income <= top), "45 %")

    def mistake(self, *problem: int) -> str:
        return {"0 %": "20 %", "20 %": "0 %", "40 %": "20 %", "60 %": "40 %", "45 %": "40 %"}[
            self.answer(*problem)
        ]

    def look(self, *problem: int) -> tuple[int, ...]:
        return problem

    def question(self, *problem: int) -> str:
        return f"At which rate is the last of an income of {problem[0]} thousand taxed?"


FAMILIES: tuple[Family, ...] = (
    LeapYears(),
    MonthLengths(),
    RomanNumerals(),
    Triangles(),
    Grades(),
    TaxRates(),
)

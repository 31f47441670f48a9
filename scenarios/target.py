"""A published result or an exact law, and whether the engine reproduces it.

A target is a class in a file of `scenarios/published`, found by its folder. It says what is
claimed, by whom and how its number is known, and runs scenarios through the engine, many
independent worlds in one, until there are numbers to set beside it.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm

SEEDS = (11, 12)
"""Fixed before any target was run; it must hold on both."""
ALLOWED = 0.0027
"""Chance that a true law is refuted on a seed: that of 3 standard errors, shared by a family."""
ERRORS, TOLERANCE, BOUND, DIRECTION = "standard errors", "tolerance", "bound", "direction"
"""How a number is judged."""
ROUNDING = 1e-12
KNOWN = {
    "P": "read in the authors' text, code or data",
    "S": "read in another text that quotes the paper",
    "M": "from memory, unverified",
    "D": "derived for this project",
    "n": "confirmed by an independent simulation",
}
"""How far a number is to be trusted as the paper's own: what the letters of `known_as` say."""


def limit(family: int) -> float:
    """The largest |z| allowed in a family of numbers: 3.0 for one, 3.7 for 13, 4.5 for 360."""
    return float(norm.isf(ALLOWED / family / 2))


@dataclass(frozen=True)
class Number:
    """A number that a target compares.

    Attributes:
        name: what it is of, such as "H".
        expected: by the law or the paper; the nearer end of a bound.
        observed: mean over replicates.
        error: its standard error; 0 where nothing is random.
        replicates: independent worlds.
        rule: how it is judged, one of `standard errors`, `tolerance`, `bound`, `direction`.
        allowed: largest distance of observed from expected, of a direction the least; nan until
            the family's size is known.
        at: where on the target's axis, such as a generation; None where there is no axis.
        seed: of the scenario; 0 where not yet known.
        passed: whether it is as expected.
        low, high: of a bound, its ends.
    """

    name: str
    expected: float
    observed: float
    error: float
    replicates: int
    rule: str
    allowed: float
    at: float | None = None
    seed: int = 0
    passed: bool = False
    low: float = -np.inf
    high: float = np.inf

    @property
    def strain(self) -> float:
        """Distance over what is allowed, of a direction the inverse; above 1 it fails.

        Of a bound, the distance by which it is broken.
        """
        gap = abs(self.observed - self.expected)
        if not np.isfinite(gap):
            return np.inf
        if self.rule == BOUND and self.low <= self.observed <= self.high:
            return 0.0
        if self.rule == DIRECTION:
            shown = self.replicates > 1 and self.observed > self.expected
            return self.allowed / gap if shown else np.inf
        if gap <= ROUNDING:
            return 0.0
        return gap / self.allowed if self.allowed > ROUNDING else np.inf


def sampled(name: str, values: ArrayLike, expected: float, at: float | None = None) -> Number:
    """The mean of replicates (R,) is what is expected, by its standard error."""
    mean, error, size = mean_of(values)
    return Number(name, float(expected), mean, error, size, ERRORS, np.nan, at)


def near(
    name: str,
    values: ArrayLike,
    expected: float,
    at: float | None = None,
    *,
    relative: float = 0.0,
    absolute: float = 0.0,
    replicates: int = 0,
) -> Number:
    """The mean of replicates (R,) is what is expected, within a tolerance stated by the source.

    Where `values` is one number that so many `replicates` came to together, such as a median, its
    standard error is not told.
    """
    mean, error, size = mean_of(values)
    allowed = max(absolute, relative * abs(expected))
    return Number(name, float(expected), mean, error, replicates or size, TOLERANCE, allowed, at)


def bounded(
    name: str,
    values: ArrayLike,
    low: float = -np.inf,
    high: float = np.inf,
    at: float | None = None,
) -> Number:
    """The mean of replicates (R,) lies between two bounds, up to three standard errors of it.

    What is reported as expected is the nearer end.
    """
    mean, error, size = mean_of(values)
    expected = low if abs(mean - low) < abs(mean - high) else high
    return Number(
        name, float(expected), mean, error, size, BOUND, 3 * error, at, low=low, high=high
    )


def positive(name: str, values: ArrayLike, at: float | None = None) -> Number:
    """The mean of replicates (R,), of which one is not enough, is above 0 by 3 standard errors."""
    mean, error, size = mean_of(values)
    return Number(name, 0.0, mean, error, size, DIRECTION, 3 * error, at)


def mean_of(values: ArrayLike) -> tuple[float, float, int]:
    """Mean of independent replicates (R,), its standard error (0 where it is none), and R."""
    given = np.atleast_1d(np.asarray(values, dtype=np.float64))
    error = float(np.std(given, ddof=1) / np.sqrt(given.size)) if given.size > 1 else 0.0
    return float(np.mean(given)), error if error > ROUNDING else 0.0, given.size


def judged(numbers: Sequence[Number], seed: int) -> list[Number]:
    """The numbers of one seed with their verdicts; those by standard errors are one family.

    What is not random (an error of 0) can raise no false alarm, and is not counted.
    """
    family = sum(number.rule == ERRORS and number.error > 0 for number in numbers)
    found = []
    for number in numbers:
        if number.rule == ERRORS:
            number = replace(number, allowed=limit(max(family, 1)) * number.error)
        found.append(replace(number, seed=seed, passed=bool(number.strain <= 1.0)))
    return found


class Target(ABC):
    """A published result, or a law, that the engine is held to.

    Attributes:
        kind: its identifier, such as "A-01".
        claim: one sentence.
        source: the paper or textbook, and how it came to us.
        known_as: how its number is known, letters of `KNOWN`.
        family: the figure that it stands in.
        axis: what `Number.at` is; "" where there is none.
        replicates: independent worlds a run.
        quick: whether it is one of the few of `validate --quick`.
        whole: whether its tolerance, the source's own, needs all of its replicates.
        note: what there is to say about it in `docs/validation.md`, "" for nothing.
    """

    kind: ClassVar[str] = ""
    claim: ClassVar[str]
    source: ClassVar[str]
    known_as: ClassVar[str]
    family: ClassVar[str]
    axis: ClassVar[str] = ""
    replicates: ClassVar[int]
    quick: ClassVar[bool] = False
    whole: ClassVar[bool] = False
    note: ClassVar[str] = ""

    @abstractmethod
    def numbers(self, seed: int, replicates: int) -> list[Number]:
        """Run its scenarios with a seed, in so many independent worlds, and compare."""

    @classmethod
    def check(cls, seeds: Sequence[int] = SEEDS, replicates: int | None = None) -> "Outcome":
        """Compare on each of the seeds; an error of the target's own is told as a failure."""
        begun, failure = time.perf_counter(), ""
        found: list[Number] = []
        try:
            for seed in seeds:
                found += judged(cls().numbers(seed, replicates or cls.replicates), seed)
        except Exception as error:
            failure = " ".join(f"{type(error).__name__}: {error}".split())
        return Outcome(cls, tuple(found), time.perf_counter() - begun, failure)


@dataclass(frozen=True)
class Outcome:
    """What came of a target.

    Attributes:
        target: its class.
        numbers: all that were compared, seed by seed.
        seconds: that it took.
        failure: the error that ended it, "" where none did.
    """

    target: type[Target]
    numbers: tuple[Number, ...]
    seconds: float
    failure: str = ""

    @property
    def passed(self) -> bool:
        """Whether every number is as expected, on every seed."""
        every = all(number.passed for number in self.numbers)
        return every and bool(self.numbers) and not self.failure

    @property
    def foremost(self) -> Number:
        """The number that fails, or else is furthest from what is expected for what is allowed."""
        return max(
            self.numbers,
            key=lambda number: (not number.passed, number.strain),
            default=Number("nothing", np.nan, np.nan, np.nan, 0, TOLERANCE, np.nan),
        )

    def plain(self) -> dict[str, Any]:
        """As JSON has it: the foremost number, and below `numbers` every one."""
        first = self.foremost
        return {
            "id": self.target.kind,
            "claim": self.target.claim,
            "source": self.target.source,
            "known_as": self.target.known_as,
            "family": self.target.family,
            "axis": self.target.axis,
            "note": self.target.note,
            "number": first.name,
            "rule": first.rule,
            "expected": _known(first.expected),
            "observed": _known(first.observed),
            "standard_error": _known(first.error),
            "replicates": first.replicates,
            "seed": first.seed,
            "seconds": round(self.seconds, 2),
            "passed": self.passed,
            "failure": self.failure,
            "numbers": [
                {key: _known(value) for key, value in asdict(number).items()}
                | {"strain": _known(number.strain)}
                for number in self.numbers
            ],
        }


def _known(value: Any) -> Any:
    """Nothing where a number is not finite, which JSON cannot say."""
    return None if isinstance(value, float) and not np.isfinite(value) else value

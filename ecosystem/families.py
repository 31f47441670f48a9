"""What a family of exercises is: every problem it has, how often it is asked, what is right."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ecosystem.sampling import Floats

Ints = NDArray[np.int64]
Problem = tuple[int, ...]
"""The whole numbers in a problem, such as a year, or three sides."""


class Family(ABC):
    """Problems of one kind, with code that knows the answer.

    All problems there are can be listed, so that shares of branches are exact, and the code
    has been run on each of them.

    Attributes:
        name: what its exercises are about.
        answers: everything that can be answered, right or wrong.
        branches: the cases that its rule tells apart, in the order in which they are taught.
    """

    name: str
    answers: tuple[str, ...]
    branches: tuple[str, ...]

    @abstractmethod
    def asked(self) -> Iterator[tuple[Problem, float]]:
        """Every problem, and how often it is asked, relatively."""

    @abstractmethod
    def branch(self, *problem: int) -> str:
        """The case that a problem falls under."""

    @abstractmethod
    def answer(self, *problem: int) -> str:
        """What is right."""

    @abstractmethod
    def mistake(self, *problem: int) -> str:
        """What somebody would answer who takes the problem for its neighbour case."""

    @abstractmethod
    def look(self, *problem: int) -> tuple[int, ...]:
        """What a solver looks at: numbers from which the rule can be learnt."""

    @abstractmethod
    def question(self, *problem: int) -> str:
        """The problem in words."""

    def said(self, code: int, *problem: int) -> str:
        """An answer in words."""
        return self.answers[code]

    # ------------------------------------------------------------------ all problems at once

    @cached_property
    def problems(self) -> Ints:
        """(problems, numbers) every problem."""
        return np.array([problem for problem, _ in self.asked()], dtype=np.int64)

    @cached_property
    def shares(self) -> Floats:
        """(problems,) how often each is asked, sum 1."""
        weights = np.array([weight for _, weight in self.asked()], dtype=np.float64)
        return weights / weights.sum()

    @cached_property
    def branch_of(self) -> Ints:
        """(problems,) the place of its branch among `branches`."""
        return np.array([self.branches.index(self.branch(*p)) for p in self._each], dtype=np.int64)

    @cached_property
    def right(self) -> Ints:
        """(problems,) the place of the right answer among `answers`."""
        return np.array([self.answers.index(self.answer(*p)) for p in self._each], dtype=np.int64)

    @cached_property
    def wrong(self) -> Ints:
        """(problems,) the place of the mistake among `answers`."""
        return np.array([self.answers.index(self.mistake(*p)) for p in self._each], dtype=np.int64)

    @cached_property
    def features(self) -> Floats:
        """(problems, features) what a solver looks at."""
        return np.array([self.look(*p) for p in self._each], dtype=np.float64)

    def places(self, numbers: Floats) -> Ints:
        """(n,) the place of each of (n, numbers) among `problems`; -1 where it is none."""
        whole = numbers.astype(np.int64)
        found = np.full(len(whole), -1)
        sound = ((whole == numbers) & (whole >= 0) & (whole < self._place.shape)).all(axis=1)
        found[sound] = self._place[tuple(whole[sound].T)]
        return found

    @cached_property
    def _each(self) -> list[Problem]:
        return [tuple(problem) for problem in self.problems.tolist()]

    @cached_property
    def _place(self) -> Ints:
        """The place of each problem among `problems`, by its numbers; -1 where it is none."""
        found = np.full(self.problems.max(axis=0) + 1, -1)
        found[tuple(self.problems.T)] = np.arange(len(self.problems))
        return found

"""What meters look at in a domain of exercises: who gets what right, and what the web says."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.row_view import RowView
from ecosystem.domains.exercises import Exercises
from ecosystem.sampling import Floats

PASS = 0.5
"""Share of the test problems of a branch from which on it counts as known."""


class ExerciseView(RowView):
    """A domain of worked exercises."""

    domain: Exercises

    @cached_property
    def accuracy(self) -> Floats:
        """(M, K) share of the test problems of each branch that a model gets right; NaN: blank."""
        test, of = self.human, self.domain.labels()
        items = len(self.domain.items)
        per_item = np.bincount(of, minlength=items)
        found = np.full((len(self.models), items), np.nan)
        for row, model in enumerate(self.models):
            learner = model.learners[self.domain.name]
            if not learner.blank:
                right = learner.answers(test) == test[:, -1]
                found[row] = np.bincount(of, weights=right, minlength=items) / per_item
        return found

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """(M, K) whether a model gets at least half of a branch right."""
        return self.accuracy >= PASS

    @cached_property
    def written(self) -> Floats:
        """(M, K, 2) share of right and of wrong documents on each branch in a model's writing."""
        found = np.full((len(self.models), len(self.domain.items), 2), np.nan)
        for row, model in enumerate(self.models):
            learner = model.learners[self.domain.name]
            if not learner.blank:
                found[row] = learner.voice().cells
        return found

    @cached_property
    def web_cells(self) -> Floats:
        """(K, 2) right and wrong documents standing on the web on each branch."""
        contents: Any = self.stock.contents
        standing = self.stock.cells[: len(self.stock.shelves), : len(contents)].sum(axis=0)
        found = standing[: contents.human].reshape(-1, 2).copy()
        documents = standing > 0
        documents[: contents.human] = False
        for column, _, voice in contents.by_author():
            documents[column] = False
            if standing[column] > 0:
                found += standing[column] * voice.cells
        return found + self.domain.tally(contents.rows[documents], standing[documents])

    def by_branch(self, per_item: Floats, chosen: NDArray[np.bool_]) -> Floats:
        """Means over the chosen branches of each family, then over families that have any."""
        member = np.zeros((len(self.domain.groups), len(self.domain.items)))
        member[self.domain.group_of, np.arange(len(self.domain.items))] = chosen
        member = member[member.any(axis=1)]
        if not len(member):
            return np.full(per_item.shape[:-1], np.nan)
        weights = (member / member.sum(axis=1, keepdims=True)).mean(axis=0)
        return np.asarray(np.where(weights > 0, per_item, 0.0) @ weights)

"""What meters look at in a domain of exercises: who gets what right, and what the web says."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.row_view import RowView
from analysis.view import ONE_DOCUMENT
from ecosystem.domains.exercises import Exercises
from ecosystem.sampling import Floats, totals

PASS = 0.5
"""Share of the test problems of a branch from which on it counts as known."""


class ExerciseView(RowView):
    """A domain of worked exercises."""

    domain: Exercises

    @cached_property
    def said(self) -> Floats:
        """(M, problems) what each model answers to the test, then to the example of each branch.

        -1 for no answer; NaN from a blank model.
        """
        asked = np.concatenate([self.human, self.domain.examples()])
        found = np.full((len(self.models), len(asked)), np.nan)
        for row, model in enumerate(self.models):
            learner = model.learners[self.domain.name]
            if not learner.blank:
                found[row] = learner.answers(asked)
        return found

    @cached_property
    def accuracy(self) -> Floats:
        """(M, K) share of the test problems of each branch that a model gets right; NaN: blank."""
        tests = len(self.human)
        said = self.said[:, :tests]
        right = np.where(np.isnan(said), np.nan, said == self.human[:, -1])
        member = np.zeros((tests, len(self.domain.items)))
        member[np.arange(tests), self.domain.labels()] = 1.0
        return np.asarray((right @ member) / member.sum(axis=0))  # whole sums: the same bits

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
        return totals(np.where(weights > 0, per_item, 0.0) * weights)

    def fates(self) -> dict[str, Any]:
        """What became of every branch, as the table of items has it.

        What models say, and how many of them, is of the branch's example, the answer that most
        give; a model knows a branch of which it gets half right. What the web says is the answer
        that most of its documents on the branch would give to the example.
        """
        domain, items = self.domain, len(self.domain.items)
        truth, mistaken = ([domain.label(i, slot) for i in range(items)] for slot in (0, 1))
        blank = np.isnan(self.accuracy).any(axis=1)
        examples = domain.examples()
        favourite, votes = _commonest(self.said[~blank, len(self.human) :])
        right, wrong = self.web_cells.T
        leads = [
            ("" if a + b < ONE_DOCUMENT else t if a >= b else m)
            for a, b, t, m in zip(right, wrong, truth, mistaken, strict=True)
        ]
        examples[:, -1] = favourite
        said = [domain.words(row)[1] if row[-1] >= 0 else "" for row in examples]
        return {
            "step": np.full(items, self.step),
            "domain": _text([domain.name] * items),
            "item": _text(domain.items),
            "group": _text(domain.groups)[domain.group_of],
            "truth": _text(truth),
            "web_documents": right + wrong,
            "web_false": wrong,
            "web_says": _text(leads),
            "models_knowing": self.known.sum(axis=0),
            "models_wrong": (~self.known[~blank]).sum(axis=0),
            "models_say": _text(said),
            "models_agreeing": votes,
        }


def _commonest(said: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """The value most often in each column, the least of equals, and how often; -1 of none."""
    if not len(said):
        return np.full(said.shape[1], -1.0), np.zeros(said.shape[1], dtype=np.int64)
    found = np.empty(said.shape[1])
    votes = np.empty(said.shape[1], dtype=np.int64)
    for column, given in enumerate(said.T):
        values, counts = np.unique(given, return_counts=True)
        found[column], votes[column] = values[counts.argmax()], counts.max()
    return found, votes


def _text(words: Sequence[str]) -> Any:
    return np.array(words, dtype=object)

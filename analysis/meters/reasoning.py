"""Questions that take several facts at once: what goes first when single facts get shaky."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from analysis.meters.meter import Column, Meter
from analysis.view import View
from ecosystem.domains.domain import Domain
from ecosystem.sampling import Floats

STEPS = (1, 2, 4, 8)
QUESTIONS = 400
"""Of each length."""
NEAR = 4
"""Items of a question come from so many times as many items of the same time, or group."""
Ints = NDArray[np.int64]


class Reasoning(Meter):
    """Share of questions over k facts that a model gets right, beside the product law.

    400 questions of each length k, the same for every model and step, over items that humans
    write about. Where values are whole numbers: put these k events, all of about the same time
    and no two of the same year, in order. Where several items share a value: which of these k
    birds share a family with the first (each does with probability one half, as far as there are
    so many; the others are of its group, as far as that has others, or any)? Elsewhere: what holds
    of each of these k. A model answers by the value that it asserts most; where it does not speak
    of one of the items it cannot answer. One fact alone
    (k = 1) is right where that value is.

    `product_k` is what independent facts would give: the share of right facts among all that
    stand in the questions of length k, to the power k. Questions that survive a slip (an order
    does not need the year) are answered better than that; facts of one group, known or forgotten
    together, too.
    """

    kind: ClassVar[str] = "reasoning"
    domains: ClassVar[tuple[str, ...]] = ("encyclopedia",)
    costly = True
    columns: ClassVar[Mapping[str, Column]] = {
        f"answers_{k}": Column(
            f"Share of questions that take {k} fact{'s' if k > 1 else ''} answered rightly.",
            "model",
        )
        for k in STEPS
    } | {
        f"product_{k}": Column(
            f"Share of right facts in questions that take {k}, to the power {k}.", "model"
        )
        for k in STEPS[1:]
    }

    def measure(self, view: View) -> dict[str, Floats | float]:
        asked = _asked(view.domain)
        found: dict[str, Floats | float] = {}
        leading = np.ascontiguousarray(view.leading.T)
        known, fact = leading >= 0, leading == 0
        for k, items in asked.items.items():
            if items.size:
                # whole numbers are summed, so that no model's bits depend on the others
                times = np.bincount(items.ravel(), minlength=len(fact)).astype(np.float64)
                facts = times @ fact.astype(np.float64) / items.size
                right = asked.right(items, leading, known, fact).mean(axis=0) if k > 1 else facts
            else:
                facts = right = np.full(len(view.models), np.nan)
            found[f"answers_{k}"] = right
            if k > 1:
                found[f"product_{k}"] = facts**k
        return found


@dataclass(frozen=True)
class Questions:
    """What is asked of a domain.

    Attributes:
        kind: "order", "same" or "each".
        items: by length k, (questions, k) items; none where there are too few items.
        values: (K, V) the value of every slot as a number: equal ones are the same value.
    """

    kind: str
    items: dict[int, Ints]
    values: Floats

    def right(
        self,
        items: Ints,
        leading: Ints,
        known: NDArray[np.bool_],
        fact: NDArray[np.bool_],
    ) -> NDArray[np.bool_]:
        """(questions, models) whether a question is answered rightly.

        Who has all its facts right answers rightly; who speaks of all its items and has some
        wrong may do so as well, and is looked at by itself.

        Args:
            items: (questions, k) of one length.
            leading: (K, models) the slot that each model asserts most, -1 unknown.
            known: (K, models) whether that is any.
            fact: (K, models) whether that is the truth.
        """
        right: NDArray[np.bool_] = np.asarray(fact[items].all(axis=1))
        question, model = np.nonzero(known[items].all(axis=1) & ~right)
        chosen = items[question]
        said = self.values[chosen, leading[chosen, model[:, None]]]
        right[question, model] = self._answers(said, self.values[chosen, 0])
        return right

    def _answers(self, said: Floats, true: Floats) -> NDArray[np.bool_]:
        """(answers,) whether what is said of the items, (answers, k), answers as the truth does."""
        if self.kind == "order":
            turned = np.take_along_axis(said, np.argsort(true, axis=-1), axis=-1)
            return np.asarray((np.diff(turned, axis=-1) > 0).all(axis=-1))
        if self.kind == "same":
            alike = (said == said[..., :1]) == (true == true[..., :1])
            return np.asarray(alike.all(axis=-1))
        return np.asarray((said == true).all(axis=-1))


_ASKED: WeakKeyDictionary[Domain, Questions] = WeakKeyDictionary()
"""Made once a domain."""


def _asked(domain: Domain) -> Questions:
    if domain not in _ASKED:
        _ASKED[domain] = questions(domain)
    return _ASKED[domain]


def questions(domain: Domain) -> Questions:
    """The questions of a domain, the same every time."""
    items, slots = domain.shape
    possible = domain.confusion > 0
    possible[:, 0] = True
    labels = {(i, v): domain.label(i, v) for i, v in np.argwhere(possible).tolist()}
    values = np.full((items, slots), np.nan)
    written = np.flatnonzero(domain.topics)
    true = [labels[i, 0] for i in written.tolist()]
    if all(_whole(label) for label in labels.values()):
        kind, number = "order", {label: float(label) for label in labels.values()}
    else:
        names = sorted(set(labels.values()))
        number = {label: float(i) for i, label in enumerate(names)}
        kind = "same" if 1 < len(set(true)) < len(true) else "each"
    for place, label in labels.items():
        values[place] = number[label]
    rng = np.random.Generator(np.random.Philox(2))
    draw = {"order": _of_a_time, "same": _of_a_family, "each": _any}[kind]
    drawn = {
        k: (draw if k > 1 else _any)(rng, k, written, values[:, 0], domain.group_of) for k in STEPS
    }
    return Questions(kind, drawn, values)


def _whole(label: str) -> bool:
    return label.removeprefix("-").isdigit()


def _any(rng: np.random.Generator, k: int, written: Ints, _: Floats, __: Ints) -> Ints:
    """K items, all alike likely."""
    if written.size < k:
        return np.zeros((0, k), dtype=np.int64)
    return np.array([rng.choice(written, size=k, replace=False) for _ in range(QUESTIONS)])


def _of_a_time(rng: np.random.Generator, k: int, written: Ints, true: Floats, __: Ints) -> Ints:
    """K items of different numbers, from about NEAR k numbers in a row."""
    order = written[np.argsort(true[written], kind="stable")]
    years = np.unique(true[order])
    if years.size < k:
        return np.zeros((0, k), dtype=np.int64)
    found = []
    for _ in range(QUESTIONS):
        first = int(rng.integers(max(1, years.size - NEAR * k + 1)))
        chosen = rng.choice(years[first : first + NEAR * k], size=k, replace=False)
        found.append([int(rng.choice(order[true[order] == year])) for year in chosen])
    return np.array(found)


def _of_a_family(
    rng: np.random.Generator, k: int, written: Ints, true: Floats, group_of: Ints
) -> Ints:
    """An item, others of its value (half of them, if there are so many), others of its group."""
    shared = [i for i in written.tolist() if (true[written] == true[i]).sum() > 1]
    if written.size < k or not shared:
        return np.zeros((0, k), dtype=np.int64)
    found = []
    for _ in range(QUESTIONS):
        first = int(rng.choice(shared))
        same = written[(true[written] == true[first]) & (written != first)]
        same = rng.permutation(same)[: rng.binomial(k - 1, 0.5)]
        unlike = written[true[written] != true[first]]
        close = rng.permutation(unlike[group_of[unlike] == group_of[first]])
        far = rng.permutation(unlike[group_of[unlike] != group_of[first]])
        others = np.concatenate([same, close, far])[: k - 1]
        if others.size == k - 1:
            found.append([first, *others.tolist()])
    return np.array(found, dtype=np.int64).reshape(len(found), k)

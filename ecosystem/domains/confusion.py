"""What can be wrong about an item: the rules that turn a table into wrong values.

A rule is a function from an item's true value and group to its `Claims`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from heapq import nsmallest
from itertools import islice
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecosystem.domains.tables import BadTable, Table

OWN_GROUP = 0.8
"""Share of wrong documents whose value occurs in the item's own group, where it has others."""

Claims = tuple[tuple[str, ...], NDArray[np.float64]]
"""What can be said of an item: the truth, then wrong values likeliest first; and the probability
of each given that a document is wrong, 0 for the truth."""
Rule = Callable[[str, str], Claims]
Wrong = Literal["auto", "near", "group", "uniform"]


def rule(wrong: Wrong, most: int, table: Table, invented: bool) -> Rule:
    """The function from an item's true value and group to what can be said of it.

    Args:
        wrong: how wrong values are chosen, see `Encyclopedia`.
        most: the most wrong values an item has.
        table: the items.
        invented: the table was not read but made of weights; values are only true or wrong.
    """
    if invented:
        known = _claims("true", ((f"wrong {rank}", 1) for rank in range(1, most + 1)))
        return lambda truth, group: known
    if wrong == "uniform":
        return _uniform(table, most)
    if wrong == "near" or (wrong == "auto" and all(map(_is_whole, table.values))):
        return _near(table, most)
    return _by_group(table, most)


def _near(table: Table, most: int) -> Rule:
    for line, value in zip(table.lines, table.values, strict=True):
        if not _is_whole(value):
            raise BadTable(
                f"{table.source}, line {line}, column value is {value[:40]!r}; "
                'with wrong = "near" it must be a whole number, such as a year.'
            )
    known = [int(value) for value in table.values]
    low, high = min(known), max(known)

    @cache
    def claims_about(truth: str, group: str) -> Claims:
        t = int(truth)
        around = range(max(low, t - most), min(high, t + most) + 1)
        nearest = nsmallest(most, (x for x in around if x != t), key=lambda x: (abs(x - t), x))
        return _claims(truth, ((str(x), 1 / abs(x - t)) for x in nearest))

    return claims_about


def _by_group(table: Table, most: int) -> Rule:
    items = Counter(table.values)
    largest_first = sorted(items, key=lambda value: (-items[value], value))
    groups_of: defaultdict[str, set[str]] = defaultdict(set)
    for value, group in zip(table.values, table.groups, strict=True):
        groups_of[value].add(group)
    kin_of: defaultdict[str, list[str]] = defaultdict(list)
    for value in largest_first:
        for group in groups_of[value]:
            kin_of[group].append(value)

    @cache
    def claims_about(truth: str, group: str) -> Claims:
        kin = [value for value in kin_of[group][: most + 1] if value != truth][:most]
        others = (value for value in largest_first if group not in groups_of[value])
        strange = list(islice(others, most - len(kin)))
        weights = _scaled(kin, items, OWN_GROUP if strange else 1.0)
        weights |= _scaled(strange, items, 1 - OWN_GROUP if kin else 1.0)
        return _claims(truth, sorted(weights.items(), key=lambda pair: (-pair[1], pair[0])))

    return claims_about


def _scaled(values: list[str], items: Counter[str], share: float) -> dict[str, float]:
    total = sum(items[value] for value in values)
    return {value: share * items[value] / total for value in values}


def _uniform(table: Table, most: int) -> Rule:
    values = sorted(set(table.values))
    place = {value: index for index, value in enumerate(values)}

    @cache
    def claims_about(truth: str, group: str) -> Claims:
        count = min(most, len(values) - 1)
        after = (values[(place[truth] + step) % len(values)] for step in range(1, count + 1))
        return _claims(truth, ((value, 1) for value in after))

    return claims_about


def _claims(truth: str, wrong: Iterable[tuple[str, float]]) -> Claims:
    pairs = list(wrong)
    weights = np.array([0.0, *(weight for _, weight in pairs)])
    return (truth, *(label for label, _ in pairs)), weights / (weights.sum() or 1.0)


def _is_whole(value: str) -> bool:
    return re.fullmatch(r"[+-]?[0-9]{1,18}", value) is not None

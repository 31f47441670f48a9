"""Scenario files that went wrong: shipped and random ones, mutated in data, text and bytes.

Everything comes from a seeded `random.Random`: file i of a seed is always the same.
"""

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import tomli_w
from hypothesis import given

from scenarios.scenario import Scenario, shipped
from tests.conftest import small_world
from tests.properties.worlds import FOLDER, Plain, profile, worlds

NASTY_NUMBERS = [
    *(0, 1, -1, 2, 33, 1000, 10**6, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 10**30, -(10**400)),
    *(0.0, -0.0, 0.5, 1 + 1e-15, 1e-320, 1e15, 1e16, 1.7e308, -1e308),
    *(float("inf"), float("-inf"), float("nan")),
]
NASTY_TEXTS = [
    *("", " ", ".", "..", "/", "web", "a", "plaza", "{i}", "{i}{i}", "{x}", "%s", "{0}", "*", "?"),
    *("\0", "\n", "\t", "\x1b[31m", '"', "'", "\\", "ü", "птица", "\u202e", "\U0001f985", "\ufeff"),
    *("x" * 5000, "nan", "inf", "true", "1", "[]", "latest", "birds", "../birds.csv", "NUL", "con"),
    *("__class__", "kind", "by_domain", "constant", "e\u0301", "\u00e9", "1979-05-27", "0x1f"),
]


def bases(random_worlds: int) -> list[Plain]:
    """Plain data of every shipped scenario, of the tests' small world, and of random worlds."""
    found = [Scenario.load(name).plain() for name in shipped()] + [small_world()]
    drawn: list[Plain] = []

    @profile(random_worlds)
    @given(worlds(steps=2, measured=True))
    def collect(given_: Plain) -> None:
        drawn.append(Scenario.parse(given_, FOLDER).plain())

    collect()
    return [*found, *drawn[:random_worlds]]


def places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every container and key at which a value stands."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in list(inner):
        yield tree, key
        if isinstance(value, dict | list):
            yield from places(value)


def nasty(rng: Random, depth: int = 0) -> Any:
    """A value that is likely wrong wherever it stands."""
    which = rng.randrange(8 if depth < 3 else 5)
    if which < 2:
        return rng.choice(NASTY_NUMBERS)
    if which < 4:
        return rng.choice(NASTY_TEXTS)
    if which == 4:
        return rng.random() < 0.5
    if which == 5:
        return [nasty(rng, depth + 1) for _ in range(rng.randrange(4))]
    keys = ["kind", "name", "share", "value", "by_domain", "n", rng.choice(NASTY_TEXTS)]
    return {rng.choice(keys): nasty(rng, depth + 1) for _ in range(rng.randrange(3))}


# ------------------------------------------------------------------ mutations of the data


def _replace(rng: Random, tree: Plain) -> None:
    place, key = rng.choice(list(places(tree)))
    place[key] = nasty(rng)


def _shift(rng: Random, tree: Plain) -> None:
    numbers = [(p, k) for p, k in places(tree) if type(p[k]) in (int, float)]
    if numbers:
        place, key = rng.choice(numbers)
        place[key] = rng.choice([place[key] * 2, -place[key], place[key] // 3, place[key] + 1])


def _delete(rng: Random, tree: Plain) -> None:
    place, key = rng.choice(list(places(tree)))
    del place[key]


def _rename(rng: Random, tree: Plain) -> None:
    named = [(p, k) for p, k in places(tree) if isinstance(p, dict)]
    place, key = rng.choice(named)
    place[rng.choice([key[:-1], key + "s", key.upper(), rng.choice(NASTY_TEXTS)])] = place[key]


def _swap(rng: Random, tree: Plain) -> None:
    (a, i), (b, j) = rng.choice(list(places(tree))), rng.choice(list(places(tree)))
    a[i], b[j] = copy.deepcopy(b[j]), copy.deepcopy(a[i])


def _double(rng: Random, tree: Plain) -> None:
    lists = [(p, k) for p, k in places(tree) if isinstance(p[k], list) and p[k]]
    if lists:
        place, key = rng.choice(lists)
        place[key].insert(0, copy.deepcopy(rng.choice(place[key])))


def _graft(rng: Random, tree: Plain) -> None:
    tables = [(p, k) for p, k in places(tree) if isinstance(p[k], dict)]
    if tables:
        place, key = rng.choice(tables)
        field = rng.choice([k for p, k in places(tree) if isinstance(p, dict)])
        place[key][field] = nasty(rng)


DATA: list[Callable[[Random, Plain], None]] = [
    *(_replace, _shift, _delete, _rename, _swap, _double, _graft)
]

# ------------------------------------------------------------------ of the text and the bytes


def _lines(rng: Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(4):
        case 0:
            del lines[i]
        case 1:
            lines.insert(i, lines[j])
        case 2:
            lines[i], lines[j] = lines[j], lines[i]
        case _:
            left, right = (lines[n].partition(" = ") for n in (i, j))
            lines[i] = left[0] + " = " + (right[2] or lines[j])
    return "".join(lines)


def _deep(rng: Random, text: str) -> str:
    depth = rng.choice([3, 60, 5000])
    nest = rng.choice(["[" * depth + "]" * depth, "{a=" * depth + "1" + "}" * depth])
    return f"{rng.choice(['steps', 'deep', 'meters'])} = {nest}\n{text}"


def _bytes(rng: Random, text: bytes) -> bytes:
    at = rng.randrange(len(text))
    match rng.randrange(4):
        case 0:
            return text[:at]
        case 1:
            return text[:at] + bytes([rng.randrange(256)]) + text[at + 1 :]
        case 2:
            return text[:at] + rng.randbytes(rng.randrange(1, 9)) + text[at:]
        case _:
            ends = [b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b"\r\n", b"\xc3"]
            return rng.choice(ends) + text


def schema_like(rng: Random, models: list[Plain]) -> Plain:
    """Fields of real scenarios at their places, each now from one and now from another."""
    tree: Plain = {}
    for field in sorted({key for model in models for key in model}):
        source = rng.choice(models)
        if field in source and rng.random() < 0.9:
            tree[field] = copy.deepcopy(source[field])
    return tree


def mangled(rng: Random, models: list[Plain]) -> bytes:
    """One file."""
    kind = rng.random()
    tree = schema_like(rng, models) if kind < 0.15 else copy.deepcopy(rng.choice(models))
    tree = {key: value for key, value in tree.items() if value != ""} or {"name": "x"}
    if kind < 0.75:
        for _ in range(rng.choice([1, 1, 1, 2, 4])):
            if any(True for _ in places(tree)):
                rng.choice(DATA)(rng, tree)
    text = tomli_w.dumps(tree)
    if 0.7 < kind < 0.85 and text:
        for _ in range(rng.choice([1, 1, 3])):
            text = _lines(rng, text) or "\n"
    elif 0.85 < kind < 0.88:
        text = _deep(rng, text)
    content = text.encode("utf-8", "surrogatepass") or b"\n"
    return _bytes(rng, content) if kind > 0.88 else content

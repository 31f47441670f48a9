"""Policies that weigh what was drawn anew: deduplication, and training that keeps tails."""

from typing import Any

import numpy as np
import pytest

from ecosystem.corpus import Counts, Rows
from ecosystem.policies.deduplication import Deduplication
from ecosystem.policies.tail_training import TailTraining
from scenarios.replicated import Floats, lineages, topics, watch
from tests.ecosystem.small import read, world
from tests.ecosystem.test_teaching import lesson
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
HEARD = np.array([[50.0, 8, 2], [30, 10, 0]])
PRESS = {"name": "press", "documents": "unlimited", "retention": "latest"}


def drawn(*policies: Any, diet: Any) -> Floats:
    """(3, items, values) what three models learn from, on the same crawl with and without."""
    told = world(
        steps=1,
        sites=[PRESS, {**PRESS, "name": "blog"}],
        humans=[{"name": "people", "error": 0.3, "volume": 9, "writes": {"press": 1, "blog": 1}}],
        models=[{"name": "m", "count": 3, "start": "truth", "diet": diet}],
        policies=list(policies),
    )
    return read(told, "m")


# ---------------------------------------------------------------------- deduplication


@pytest.mark.parametrize("most", [1, 7, 1000])
def test_of_what_says_the_same_so_many_are_left(most: int) -> None:
    diet = {"n": 200}
    found = drawn({"kind": "deduplication", "most": most}, diet=diet)
    np.testing.assert_array_equal(found, np.minimum(drawn(diet=diet), most))


def test_rows_alike_to_the_last_bit_count_as_the_same() -> None:
    rows = np.array([[1.0, 2], [1, 2], [1, 2], [1, np.nextafter(2, 3)], [0, 0], [0, 0]])
    left = Deduplication(most=2).teach(Rows(rows), lesson())
    assert isinstance(left, Rows)
    kinds, counts = np.unique(left.rows, axis=0, return_counts=True)
    assert counts.tolist() == [2, 2, 1]
    assert len(kinds) == 3


@pytest.mark.parametrize("seed", SEEDS)
def test_which_are_left_of_documents_that_weigh_differently_goes_by_lot(seed: int) -> None:
    """Of 6 documents of weight 5 and 4 of weight 1 three are left: hypergeometric, 1.8 and 1.2."""
    counts = Counts(np.array([[[6.0, 1]], [[4.0, 0]]]), [5.0, 1.0])
    left = [Deduplication(most=3).teach(counts, lesson(seed=seed * 9999 + i)) for i in range(2000)]
    assert all(isinstance(one, Counts) and one.read.tolist() == [4] for one in left)
    heavy = np.array([one.layers[0, 0, 0] for one in left if isinstance(one, Counts)])
    variance = 3 * 0.6 * 0.4 * (10 - 3) / (10 - 1)
    holds(
        "deduplication, weights",
        seed,
        {"heavy": (heavy, 1.8), "square": ((heavy - 1.8) ** 2, variance)},
    )
    rows = Rows(np.zeros((10, 1)), np.repeat([5.0, 1.0], [6, 4]))
    by_row = [
        float((Deduplication(most=3).teach(rows, lesson(seed=i)).weights == 5).sum())
        for i in range(2000)
    ]
    holds("deduplication, rows that weigh differently", 0, {"heavy": (np.array(by_row), 1.8)})


# ---------------------------------------------------------------------- tails


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("temperature", "smoothing"), [(2.0, 0.0), (1.0, 30.0), (0.5, 5.0)])
def test_items_are_drawn_by_a_power_of_what_was_read(
    seed: int, temperature: float, smoothing: float
) -> None:
    policy = TailTraining(temperature=temperature, smoothing=smoothing)
    taught = np.array(
        [
            policy.teach(Counts(HEARD), lesson(seed=seed * 9999 + i)).cells  # type: ignore[union-attr]
            for i in range(1500)
        ]
    )
    assert (taught.sum(axis=(1, 2)) == 100).all()
    pull = (HEARD.sum(axis=1) + smoothing) ** (1 / temperature)
    items = 100 * pull / pull.sum()
    within = HEARD / HEARD.sum(axis=1)[:, None]
    cells = items[:, None] * within
    family = {f"cell {i}{j}": (taught[:, i, j], float(cells[i, j])) for i in (0, 1) for j in (0, 1)}
    holds(f"tail training, T = {temperature}, {smoothing} added", seed, family)
    fails("tail training, none", seed, {"cell 00": (taught[:, 0, 0], 50.0)})


@pytest.mark.parametrize("seed", SEEDS)
def test_in_the_loop_a_rare_item_is_written_as_its_power_says(seed: int) -> None:
    """Many documents: shares p become p^(1/T), and T^t after t generations, to uniform."""
    weights = np.array([0.9, 0.09, 0.01])
    plain = lineages(seed, 3, 60, 1_000_000, {"weights": weights.tolist()})
    given = plain.with_(policies=[{"kind": "tail_training", "temperature": 2.0}])
    seen = watch(given, (1, 2, 3), lambda w: topics(w, "m"))
    for t, found in seen.items():
        law = weights ** (1 / 2**t) / (weights ** (1 / 2**t)).sum()
        np.testing.assert_allclose(found.mean(axis=0), law, atol=2e-3)


def test_what_was_not_read_is_not_drawn_and_rows_are_left_alone() -> None:
    policy = TailTraining(smoothing=100.0)
    taught = policy.teach(Counts(np.array([[5.0, 0, 0], [0, 0, 0]])), lesson())
    assert isinstance(taught, Counts)
    assert taught.cells.tolist() == [[5, 0, 0], [0, 0, 0]]
    rows = Rows(np.zeros((4, 2)))
    assert policy.teach(rows, lesson()) is rows

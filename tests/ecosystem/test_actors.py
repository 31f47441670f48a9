"""A share of actors by lot: as many as asked for, each as likely, more only adds."""

from collections.abc import Callable
from math import ceil, floor, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem.actors import by_lot
from ecosystem.draws import Draws

NAMES = [f"m-{i}" for i in range(1, 8)]
REPLICATES = 4000


def lots(seed: int, replicate: int = 0) -> Callable[[str], float]:
    draws = Draws(seed, replicate)
    return lambda name: draws.stream("lot", 0, name).random()


@given(st.integers(0, 2**32), st.integers(1, 30), st.floats(0, 1), st.floats(0, 1))
def test_as_many_as_asked_for_and_more_only_adds(seed: int, n: int, a: float, b: float) -> None:
    names, low, high = [f"m-{i}" for i in range(n)], *sorted((a, b))
    few, many = (by_lot(lots(seed), names, share) for share in (low, high))
    assert few <= many <= set(names)
    assert floor(low * n) <= len(few) <= ceil(low * n)


def test_nobody_at_0_and_everybody_at_1() -> None:
    for replicate in range(200):
        assert not by_lot(lots(3, replicate), NAMES, 0.0)
        assert by_lot(lots(3, replicate), NAMES, 1.0) == set(NAMES)


def test_the_order_of_names_is_no_matter() -> None:
    assert by_lot(lots(5), NAMES, 0.5) == by_lot(lots(5), NAMES[::-1], 0.5)


@pytest.mark.parametrize("seed", [11, 12])
def test_each_is_in_with_the_probability_asked_for(seed: int) -> None:
    """Family of 7 numbers: largest |z| within 3.62 (.0027 / 7 two-sided)."""
    share = 0.4
    found = [by_lot(lots(seed, r), NAMES, share) for r in range(REPLICATES)]
    zs = [
        (sum(name in each for each in found) / REPLICATES - share)
        / sqrt(share * (1 - share) / REPLICATES)
        for name in NAMES
    ]
    print(f"seed {seed}, {REPLICATES} replicates: z {[round(z, 2) for z in zs]}")
    assert max(map(abs, zs)) <= 3.62


@pytest.mark.parametrize("seed", [11, 12])
def test_the_number_is_rounded_without_bias(seed: int) -> None:
    """7 x .4 = 2.8: three in with probability .8, two with .2."""
    found = [len(by_lot(lots(seed, r), NAMES, 0.4)) for r in range(REPLICATES)]
    assert set(found) == {2, 3}
    z = (found.count(3) / REPLICATES - 0.8) / sqrt(0.16 / REPLICATES)
    print(f"seed {seed}, {REPLICATES} replicates: z {z:.2f}")
    assert abs(z) <= 3

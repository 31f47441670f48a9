"""Whether replicates agree with a law: three standard errors, or as strict for a family."""

import os
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scenarios import target
from scenarios.target import Number, judged, limit, sampled

Floats = NDArray[np.float64]
SEEDS = target.SEEDS if os.environ.get("HABSBURG_LAWS") == "both" else target.SEEDS[:1]
"""A law must hold on both (`make laws`)."""


def table(law: str, seed: int, family: Mapping[str, tuple[Floats, float]]) -> list[Number]:
    """Every number of a family with its verdict; prints them."""
    every = [sampled(name, values, expected) for name, (values, expected) in family.items()]
    found = judged(every, seed)
    most = limit(len(found))
    worst = most * max(number.strain for number in found)
    print(f"{law}, seed {seed}: largest |z| {worst:.2f}, limit {most:.2f}")
    for number in found:
        print(
            f"  {number.name}: R={number.replicates} observed={number.observed:.6g} "
            f"expected={number.expected:.6g} se={number.error:.2g}"
        )
    return found


def holds(law: str, seed: int, family: Mapping[str, tuple[Floats, float]]) -> None:
    """The replicates agree with every number of the family; prints what was compared."""
    wrong = [number for number in table(law, seed, family) if not number.passed]
    assert not wrong, f"{law}, seed {seed}: {wrong}"


def fails(law: str, seed: int, family: Mapping[str, tuple[Floats, float]]) -> None:
    """The replicates refute each number of the family, by six standard errors."""
    for number in table(f"not {law}", seed, family):
        assert abs(number.observed - number.expected) > 6 * number.error, f"{law}: {number}"

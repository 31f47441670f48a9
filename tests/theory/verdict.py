"""Whether replicates agree with a law: three standard errors, or as strict for a family."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Floats = NDArray[np.float64]
ALLOWED = 0.0027
"""Chance that a true law is refuted: that of 3 standard errors, shared by a family."""
ROUNDING = 1e-12


def z_score(values: Floats, expected: float) -> tuple[float, float, float]:
    """Mean of independent replicates (R,), its standard error, and z against what is expected."""
    mean = float(np.mean(values))
    error = float(np.std(values, ddof=1) / np.sqrt(values.size))
    gap = mean - expected
    if error <= ROUNDING:
        return mean, error, 0.0 if abs(gap) <= ROUNDING else float(np.copysign(np.inf, gap))
    return mean, error, gap / error


def limit(family: int) -> float:
    """The largest |z| allowed in a family of numbers: 3.0 for one, 3.7 for 13, 4.5 for 360."""
    return float(norm.isf(ALLOWED / family / 2))


def table(law: str, seed: int, family: Mapping[str, tuple[Floats, float]]) -> tuple[str, float]:
    """Every number of a family as text, and the largest |z|."""
    lines, worst = [], 0.0
    for name, (values, expected) in family.items():
        mean, error, z = z_score(np.asarray(values, dtype=np.float64), expected)
        worst = max(worst, abs(z))
        lines.append(
            f"  {name}: R={np.size(values)} observed={mean:.6g} expected={expected:.6g} "
            f"se={error:.2g} z={z:+.2f}"
        )
    head = f"{law}, seed {seed}: largest |z| {worst:.2f}, limit {limit(len(family)):.2f}"
    return "\n".join([head, *lines]), worst


def holds(law: str, seed: int, family: Mapping[str, tuple[Floats, float]]) -> None:
    """The replicates agree with every number of the family; prints what was compared."""
    text, worst = table(law, seed, family)
    print(text)
    assert worst <= limit(len(family)), text


def fails(law: str, seed: int, family: Mapping[str, tuple[Floats, float]]) -> None:
    """The replicates refute each number of the family, by six standard errors."""
    for name, (values, expected) in family.items():
        z = z_score(np.asarray(values, dtype=np.float64), expected)[2]
        text, _ = table(f"not {law}", seed, {name: (values, expected)})
        print(text)
        assert abs(z) > 6, text

"""Closed forms and exact recursions of normal distributions fitted to their own kind.

Truth has mean 0 and variance 1, sd is the standard deviation; no random numbers.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import gammaln, loggamma, polygamma, psi
from scipy.stats import norm

Floats = NDArray[np.float64]
LONG = 10_000
"""Generations after which a recursion has come to rest."""


def sd_factor(n: ArrayLike) -> Floats:
    """E sd of n documents by the unbiased variance: E chi(n - 1) / sqrt(n - 1)."""
    n = np.asarray(n, dtype=np.float64)
    return np.asarray(np.sqrt(2 / (n - 1)) * np.exp(gammaln(n / 2) - gammaln((n - 1) / 2)))


def log_sd_fall(n: int) -> float:
    """E ln sd of n documents by the unbiased variance, which every generation adds."""
    return float((psi((n - 1) / 2) + np.log(2 / (n - 1))) / 2)


class SpreadLaw:
    """The sd after t generations of n documents, unbiased: a product of independent chis.

    By numerical inversion of the characteristic function of its logarithm.
    """

    def __init__(self, n: int, t: int) -> None:
        half, wide = (n - 1) / 2, np.sqrt(t * polygamma(1, (n - 1) / 2)) / 2
        self._width = 0.01 / wide
        self._u = (np.arange(4000) + 0.5) * self._width
        one = loggamma(half + 0.5j * self._u) - loggamma(half) - 0.5j * self._u * np.log(half)
        self._law = np.exp(t * one)
        self._middle, self._wide = log_sd_fall(n) * t, wide

    def above(self, sd: float) -> float:
        """P(the sd is above one)."""
        turned = np.exp(-1j * self._u * np.log(sd)) * self._law
        return float(0.5 + (turned.imag / self._u).sum() * self._width / np.pi)

    def density(self, sd: float) -> float:
        """Of the sd."""
        turned = np.exp(-1j * self._u * np.log(sd)) * self._law
        return float(turned.real.sum() * self._width / np.pi / sd)

    @property
    def median(self) -> float:
        """Of the sd."""
        ends = self._middle - 4 * self._wide, self._middle + 4 * self._wide
        return float(np.exp(brentq(lambda x: self.above(float(np.exp(x))) - 0.5, *ends)))


def accumulated(n: int, steps: int) -> Floats:
    """(steps,) E variance in generation 1, 2, ... of models on all the data so far (A-15)."""
    return np.asarray(np.cumprod(1 - 1 / (n * np.arange(1.0, steps + 1) ** 2)))


def cut_factor(cut: float) -> float:
    """Variance of a standard normal cut at so many sd to both sides."""
    return float(1 - 2 * cut * norm.pdf(cut) / (2 * norm.cdf(cut) - 1))


def sharing(models: int, n: int, steps: int) -> Floats:
    """(steps + 1, 3) E variance, E mean^2 and variance of the means across models (A-46).

    Every document is by a random one of the models; maximum likelihood.
    """
    within, own, crossed = 1.0, 0.0, 0.0
    rows = [(within, own, 0.0)]
    for _ in range(steps):
        whole, shared = within + own, own / models + crossed * (1 - 1 / models)
        own, crossed = whole / n + (1 - 1 / n) * shared, shared
        within = whole - own
        rows.append((within, own, (1 - 1 / models) * (own - crossed)))
    return np.array(rows)


def fresh_loop(real: int, made: int) -> tuple[float, float]:
    """E mean^2 and E variance in the end of models on `real` fresh and `made` own documents."""
    n, f = real + made, real / (real + made)
    drift, spread = 0.0, 1.0
    for _ in range(LONG):
        apart = 1 / real + spread / made + drift
        squares = (real - 1) + (made - 1) * spread + real * made / n * apart
        drift, spread = f / n + (1 - f) ** 2 * (drift + spread / made), squares / (n - 1)
    return drift, spread


def fixed_loop(n: int, w: float) -> tuple[float, float]:
    """E mean^2 and E variance in the end on n human documents of weight w, and n own ones.

    The human ones are always the same n.
    """
    wander, spread = 0.0, 1.0
    for _ in range(LONG):
        apart = wander + spread / n
        inside = (1 - 1 / n) * (w + (1 - w) * spread) + w * (1 - w) * apart
        wander = (1 - w) ** 2 * (wander + spread / n)
        spread = inside / (1 - (w**2 + (1 - w) ** 2) / n)
    return 1 / n + wander, spread


def sample_distance(n: int, d: int) -> float:
    """E W2^2 to the truth of a normal fitted to n > d documents in d dimensions, for large d.

    d / n by the mean, and tr(S + 1 - 2 S^(1/2)) by the unbiased covariance S, whose eigenvalues
    have the law of Marchenko and Pastur.
    """
    ratio = d / (n - 1)
    low, high = (1 - ratio**0.5) ** 2, (1 + ratio**0.5) ** 2

    def root(x: float) -> float:
        return float(np.sqrt(max((high - x) * (x - low), 0.0) / x) / (2 * np.pi * ratio))

    return float(d / n + 2 * d * (1 - quad(root, low, high)[0]))

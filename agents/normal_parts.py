"""Sums of normal distributions: what Gaussian, mixture and kernel learners write from."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import gammainc, gammaincinv

from ecosystem.corpus import Rows
from ecosystem.sampling import Floats, Generator, categorical


@dataclass(frozen=True, eq=False)
class NormalParts:
    """The sum over parts of weight x N(mean, root root'), after decoding.

    Temperature T multiplies every covariance (the variance factor lambda of Alemohammad et al.
    2023) and raises the weights to 1/T; then top-p cuts each part to the smallest region that
    holds this share of it: a ball of squared radius chi2(width).ppf(top_p) before `root`.

    Attributes:
        weights: (parts,) not negative, sum 1.
        means: (parts, width).
        roots: (parts, width, width), or (1, width, width) where all parts share one, or
            (1, 1, 1) where it is a multiple of the identity.
        temperature: 1 is off.
        top_p: 1 is off.
    """

    weights: Floats
    means: Floats
    roots: Floats
    temperature: float = 1.0
    top_p: float = 1.0

    @classmethod
    def of(
        cls,
        weights: Floats,
        means: Floats,
        covariances: Floats,
        temperature: float = 1.0,
        top_p: float = 1.0,
    ) -> Self:
        """From covariances (parts or 1, width, width), which need not be of full rank."""
        if covariances.shape[-1] == 1:
            roots = np.sqrt(covariances)
        else:
            values, vectors = np.linalg.eigh(covariances)
            roots = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
        return cls(weights, means, roots, temperature, top_p)

    def write(self, n: int, rng: Generator) -> Rows:
        """N documents, (n, width), in no order: any of them is as good as another."""
        width = self.means.shape[1]
        counts = categorical(rng, n, self._shares())
        noise = rng.standard_normal((n, width)) * np.sqrt(self.temperature)
        if self.top_p < 1:
            radius = np.sqrt(2 * gammaincinv(width / 2, self.top_p * rng.random(n)))
            noise *= (np.sqrt(self.temperature) * radius / np.linalg.norm(noise, axis=1))[:, None]
        which = np.repeat(np.arange(counts.size), counts)
        if self.roots.shape == (1, 1, 1):
            written = self.means[which] + noise * self.roots[0, 0, 0]
        elif self.roots.shape[0] == 1:
            written = self.means[which] + noise @ self.roots[0].T
        else:
            spans = np.split(noise, np.cumsum(counts)[:-1])
            moved = [span @ root.T for span, root in zip(spans, self.roots, strict=True)]
            written = self.means[which] + np.concatenate(moved)
        return Rows(written[rng.permutation(n)] if counts.size > 1 else written)

    def state(self) -> dict[str, Floats]:
        """Everything it is, as arrays."""
        decoding = np.array([self.temperature, self.top_p])
        parts = {"weights": self.weights, "means": self.means, "roots": self.roots}
        return {**parts, "decoding": decoding}

    def moments(self) -> tuple[Floats, Floats]:
        """Mean (width,) and covariance (width, width) of what is written, exactly."""
        width, weights = self.means.shape[1], self._shares()
        mean = weights @ self.means
        apart = self.means - mean
        covariance = apart.T @ (weights[:, None] * apart)
        if self.roots.shape == (1, 1, 1):
            within = np.eye(width) * self.roots[0, 0, 0] ** 2
        else:
            each = self.roots @ self.roots.transpose(0, 2, 1)
            within = each[0] if len(each) == 1 else np.tensordot(weights, each, axes=1)
        return mean, covariance + within * self.temperature * self._cut()

    def _shares(self) -> Floats:
        """(parts,) shares of the parts at this temperature."""
        if self.temperature == 1:
            return self.weights
        powered = (self.weights / self.weights.max()) ** (1 / self.temperature)
        return np.asarray(powered / powered.sum())

    def _cut(self) -> float:
        """Variance that top-p leaves, as a factor: P(chi2(d + 2) < r^2) / top_p."""
        if self.top_p == 1:
            return 1.0
        width = self.means.shape[1]
        half = gammaincinv(width / 2, self.top_p)  # chi2.ppf(top_p, d) = 2 x this
        return float(gammainc(width / 2 + 1, half) / self.top_p)

"""Closed forms and exact recursions the runs are compared with; no random numbers."""

from collections.abc import Sequence
from math import comb, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import binom, norm

Floats = NDArray[np.float64]


def growth(steps: int) -> Floats:
    """g_1 = 1, g_{k+1} = 1 - exp(-g_k), as (steps,): row k - 1 holds g_k."""
    g = np.ones(steps)
    for k in range(1, steps):
        g[k] = -np.expm1(-g[k - 1])
    return g


def resampling(n: int, top: int | None = None) -> Floats:
    """(top + 1, top + 1) chance that a word of j documents has m in the next generation of n."""
    counts = np.arange((n if top is None else top) + 1)
    return np.asarray(binom.pmf(counts[None, :], n, counts[:, None] / n))


def survival(n: int, shares: Floats, steps: int, top: int | None = None) -> Floats:
    """(steps, words) chance that a word of a true share is alive in generation 1, 2, ...

    Exact with the binomial matrix; with `top`, words above that many documents count as
    alive for good (negligible where they hardly ever get there).
    """
    chain = resampling(n, top)
    lost = 1.0 - chain.sum(axis=1)
    first = np.asarray(
        binom.pmf(np.arange(chain.shape[0])[None, :], n, np.asarray(shares)[:, None])
    )
    alive = (np.arange(chain.shape[0]) > 0).astype(np.float64)
    rows = np.empty((steps, len(shares)))
    for k in range(steps):
        rows[k] = first @ alive + (1.0 - first.sum(axis=1))
        alive = chain @ alive + lost
    return rows


def unseen(n: int, p: Floats, steps: int) -> Floats:
    """(steps,) true mass of the facts a lineage has lost, by generation."""
    dead = np.empty((steps, p.size))
    common = p >= 1e-4
    dead[:, common] = 1 - survival(n, p[common], steps)
    few = np.arange(31)
    first = binom.pmf(few[None, :], n, p[~common, None])
    chain, gone = resampling(n), (np.arange(n + 1) == 0).astype(np.float64)
    for k in range(steps):
        dead[k, ~common] = first @ gone[few]
        gone = chain @ gone
    return np.asarray(dead @ p)


def partly_synthetic(real: float, synthetic: float, n: int, steps: int, h1: float) -> Floats:
    """(steps,) E|p_m - p_1|^2 of generation 1, 2, ... beside a fixed real set (law A-08).

    Args:
        real: weight of the real set.
        synthetic: weight of the last model's documents.
        n: how many they are.
        steps: generations.
        h1: E H of generation 1, which is fitted to the real set alone.
    """
    alpha = synthetic / (real + synthetic)
    rows = np.zeros(steps)
    for m in range(1, steps):
        rows[m] = alpha**2 * ((1 - 1 / n) * rows[m - 1] + h1 / n)
    return rows


def network(
    scrape: Floats,
    human: Floats,
    n: Floats,
    start: float,
    steps: int,
    documents: float = np.inf,
    first: Floats | None = None,
) -> Floats:
    """(steps + 1, M + 1, M + 1) E J over M models and the humans, who come last (law A-41).

    Args:
        scrape: (M, M) chance that a document of i's training set is by j.
        human: (M,) chance that it is by a human.
        n: (M,) documents in each training set.
        start: J0, two human documents on the same item.
        steps: generations.
        documents: documents written by each model that all readers share; two readers, or one
            that draws with replacement, may then meet in the same document. Infinite: readers
            draw from the authors' distributions, which is the law.
        first: J at row 0; the truth everywhere where not given.
    """
    size = len(n) + 1
    mix = np.zeros((size, size))
    mix[:-1, :-1], mix[:-1, -1], mix[-1, -1] = scrape, human, 1.0
    rows = np.full((steps + 1, size, size), start)
    if first is not None:
        rows[0] = first
    for t in range(steps):
        standing = rows[t].copy()
        same = np.einsum("ii->i", standing)[:-1]
        same[:] = 1 / documents + (1 - 1 / documents) * same
        rows[t + 1] = mix @ standing @ mix.T
        own = np.einsum("ii->i", rows[t + 1])[:-1]
        own[:] = 1 / n + (1 - 1 / n) * own
        rows[t + 1, -1, -1] = start
    return rows


def absorption(n: int, shares: Floats, steps: int) -> tuple[Floats, Floats]:
    """Two-way resampling from true shares (words,): E min(time to 0 or n, steps), P(all by then).

    The time is the first generation in which a word is gone or is all there is (law A-02).
    """
    chain = resampling(n)
    now = np.asarray(binom.pmf(np.arange(n + 1)[None, :], n, np.asarray(shares)[:, None]))
    waiting = np.ones(len(shares))
    for _ in range(1, steps):
        waiting += 1.0 - now[:, 0] - now[:, n]
        now = now @ chain
    return waiting, now[:, n]


def absorption_time(n: int, counts: list[int]) -> Floats:
    """Mean generations until a word of so many documents among n is gone or all (linear solve)."""
    inside = resampling(n)[1:n, 1:n]
    mean = np.linalg.solve(np.eye(n - 1) - inside, np.ones(n - 1))
    return np.asarray(mean[np.array(counts) - 1], dtype=np.float64)


class Takeover:
    """Models that each read n documents from the mean of their outputs and sharpen what they saw.

    With k of n documents wrong, x = k/n, the output of a model is wrong by q = x^b / (x^b +
    (1-x)^b). The sum of the models' q is a Markov chain, on a lattice of so many to the `unit`.

    Attributes:
        unit: lattice points of one model's output.
        step: (points, points) chances of the next sum.
        fixes: (points,) chance that all models end up wrong, by linear solve.
    """

    def __init__(self, models: int, n: int, exponent: float) -> None:
        x = np.arange(n + 1) / n
        q = x**exponent / (x**exponent + (1 - x) ** exponent)
        self.unit = next(u for u in range(1, 1000) if np.allclose(q * u, np.rint(q * u)))
        last = models * self.unit
        self.step = np.zeros((last + 1, last + 1))
        for point in range(last + 1):
            one = np.zeros(self.unit + 1)
            np.add.at(one, np.rint(q * self.unit).astype(int), binom.pmf(x * n, n, point / last))
            together = np.ones(1)
            for _ in range(models):
                together = np.convolve(together, one)
            self.step[point] = together
        inside = self.step[1:last, 1:last]
        self.fixes = np.concatenate([[0.0], np.zeros(last - 1), [1.0]])
        self.fixes[1:last] = np.linalg.solve(np.eye(last - 1) - inside, self.step[1:last, last])

    def point(self, sums: Floats) -> NDArray[np.int64]:
        """The lattice points of sums of the models' q."""
        points = np.rint(sums * self.unit).astype(np.int64)
        np.testing.assert_allclose(points, sums * self.unit, atol=1e-9)
        return points

    def ended(self, start: int, steps: int) -> list[tuple[str, int, float]]:
        """Lost, taken: the point that it is, and its chance after so many steps."""
        now = np.linalg.matrix_power(self.step, steps)[start]
        return [("lost", 0, float(now[0])), ("taken", now.size - 1, float(now[-1]))]

    def spread(self, start: int) -> float:
        """Standard deviation of `fixes` one step later."""
        return float(np.sqrt(self.step[start] @ (self.fixes - self.fixes[start]) ** 2))


def human_share_exact(n: int, k: int, items: int, steps: int) -> Floats:
    """(steps + 1,) E H / H0 by generation with exactly k of n documents human (law A-40)."""
    start = 1 / items
    j = np.full(steps + 1, start)
    for t in range(steps):
        old = (n - k) * (n - k - 1) * j[t]
        j[t + 1] = (n + (k * (k - 1) + 2 * k * (n - k)) * start + old) / n**2
    return np.asarray((1 - j) / (1 - start))


def human_share(n: int, f: float, items: int, steps: int) -> Floats:
    """(steps + 1,) the same with each document human with probability f."""
    start = 1 / items
    j = np.full(steps + 1, start)
    for t in range(steps):
        j[t + 1] = 1 / n + (1 - 1 / n) * ((1 - f) ** 2 * j[t] + (1 - (1 - f) ** 2) * start)
    return np.asarray((1 - j) / (1 - start))


def coalescence(n: int, steps: int) -> tuple[float, float]:
    """E of the generations back to one ancestor of all n documents: of min(T, steps), and of T.

    Back in time, j documents have as many parents as j balls hit of n boxes.
    """
    hit = np.zeros((n + 1, n + 1))
    hit[0, 0] = 1.0
    for j in range(n):
        hit[j + 1] += hit[j] * np.arange(n + 1) / n
        hit[j + 1, 1:] += hit[j, :-1] * (n - np.arange(n)) / n
    inside = hit[2:, 2:]
    still, bounded = np.eye(n - 1)[-1], 0.0
    for _ in range(steps):
        bounded += float(still.sum())
        still = still @ inside
    return bounded, float(np.linalg.solve(np.eye(n - 1) - inside, np.ones(n - 1))[-1])


def unread(p: Floats, documents: Sequence[int]) -> Floats:
    """(rows,) mass of items of shares p (items,) not among so many documents: sum p (1 - p)^T."""
    return np.array([float((p * (1 - p) ** n).sum()) for n in documents])


def verified(eps: float, phi: float, psi: float, steps: int) -> tuple[Floats, float]:
    """Errors made anew at a rate and a verifier that passes right ones with phi, wrong with psi.

    Returns:
        (steps + 1,) error of what is written in generation 0, 1, ... (law A-31), and the error
        of what passes in the end.
    """
    rows = np.zeros(steps + 1)
    for t in range(steps):
        passed = rows[t] * psi / (rows[t] * psi + (1 - rows[t]) * phi)
        rows[t + 1] = passed + (1 - passed) * eps
    a = (1 - eps) * phi / psi
    return rows, 1.0 if a <= 1 else 1 - (a - 1) / ((phi / psi - 1) * (1 - eps))


def error_levels(f: float, eps: float, e_h: float, steps: int) -> Floats:
    """(steps + 1,) error of what models write, of which a share f read is human (law A-32).

    Where they read E they write E + (1 - E) eps; humans err with e_h.
    """
    rows = np.zeros(steps + 1)
    for t in range(steps):
        read = (1 - f) * rows[t] + f * e_h
        rows[t + 1] = read + (1 - read) * eps
    return rows


def kimura(n: int, s: float, p: float) -> float:
    """Chance that a share p with haploid advantage s takes over among n, by diffusion (A-33)."""
    return p if s == 0 else float(np.expm1(-2 * n * s * p) / np.expm1(-2 * n * s))


class Advantage:
    """An error copied with advantage s, among about n documents that pass a verifier (A-33).

    Of what is read right documents pass with phi and wrong ones with psi, psi / phi = 1 + s and
    the larger of them 1; of m that pass, j are wrong with the binomial chance of p (1 + s) /
    (1 + s p). The state is the share j / m.

    Attributes:
        reads: documents read, of which n pass on average where nothing is wrong.
        true_pass: phi.
        false_pass: psi.
        shares: (states,) shares j / m; m is any number that may pass, but for one chance in 10^7.
        step: (states, states) chances of the next share.
    """

    def __init__(self, n: int, s: float) -> None:
        self.true_pass, self.false_pass = min(1.0, 1 / (1 + s)), min(1.0, 1 + s)
        self.reads = round(n / self.true_pass)
        low = int(binom.ppf(1e-7, self.reads, min(self.true_pass, self.false_pass)))
        sizes = range(low, self.reads + 1)
        self.shares, place = np.unique(
            np.concatenate([np.arange(m + 1) / m for m in sizes]), return_inverse=True
        )
        self._columns = np.split(place, np.cumsum([m + 1 for m in sizes])[:-1])
        self.step = self._next(self.shares)

    def fixed(self, p: float) -> float:
        """Chance that a share p takes over in the end, by linear solve."""
        inside = self.step[1:-1, 1:-1]
        chance = np.linalg.solve(np.eye(len(inside)) - inside, self.step[1:-1, -1])
        return float(self._next(np.array([p]))[0, 1:] @ np.append(chance, 1.0))

    def after(self, p: float, rows: Sequence[int]) -> dict[int, Floats]:
        """By generation, 1 or later, (states,) chances of the share, from p."""
        now, seen = self._next(np.array([p]))[0], {}
        for t in range(1, max(rows) + 1):
            if t in rows:
                seen[t] = now
            now = now @ self.step
        return seen

    def _next(self, p: Floats) -> Floats:
        """(shares, states) chances of the next share."""
        passes = p * self.false_pass + (1 - p) * self.true_pass
        wrong, found = p * self.false_pass / passes, np.zeros((p.size, self.shares.size))
        for own in self._columns:
            m = own.size - 1
            passing = np.asarray(binom.pmf(m, self.reads, passes))
            found[:, own] += passing[:, None] * binom.pmf(np.arange(m + 1), m, wrong[:, None])
        return found


def detected(s: float, hit: float, false_alarm: float) -> float:
    """Synthetic share of what a detector leaves of a share s: Bayes' rule (law A-37)."""
    kept = s * (1 - hit)
    return kept / (kept + (1 - s) * (1 - false_alarm))


def green_list(tokens: int, rate: float, green: float = 0.25, threshold: float = 4.0) -> float:
    """Chance that (G - green T) / sqrt(T green (1 - green)) is above a threshold (law A-38).

    G of T tokens are on the green list, each with chance `rate`; summed term by term.
    """
    least = green * tokens + threshold * sqrt(tokens * green * (1 - green))
    return sum(
        comb(tokens, g) * rate**g * (1 - rate) ** (tokens - g)
        for g in range(tokens + 1)
        if g > least
    )


def chosen_right(right: float, weight: float, candidates: int) -> float:
    """Share right of what is chosen in proportion to a weight, wrong ones having 1 (law A-34).

    E of j w / (j w + K - j), j of K candidates being right.
    """
    j = np.arange(candidates + 1)
    chance = binom.pmf(j, candidates, right)
    return float(chance @ (j * weight / (j * weight + candidates - j)))


def popular(share: Floats) -> Floats:
    """(kinds,) shares of what is chosen of two candidates in proportion to their kinds' shares."""
    wins = share[:, None] / (share[:, None] + share)
    return np.asarray(2 * share * (wins @ share))


def retrained(synthetic: int, real: int, steps: int) -> tuple[Floats, Floats]:
    """A normal fitted again and again to an archive and to some of its last self (law A-35).

    Both in units of the variance of the fit to the archive, which is generation 1. With alpha =
    n / (n + real), D' = alpha^2 (D + V/n) and V' = 1 - alpha + alpha V (1 - 1/n) + alpha (1 -
    alpha) (D + V/n).

    Returns:
        (steps,) D, mean square of how far the mean has moved; (steps,) V, mean variance.
    """
    alpha = synthetic / (synthetic + real)
    drift, variance = np.zeros(steps), np.ones(steps)
    for t in range(1, steps):
        spread = drift[t - 1] + variance[t - 1] / synthetic
        drift[t] = alpha**2 * spread
        inside = variance[t - 1] * (1 - 1 / synthetic)
        variance[t] = 1 - alpha + alpha * inside + alpha * (1 - alpha) * spread
    return drift, variance


def suspicion(separation: float, levels: int) -> tuple[Floats, Floats]:
    """(levels,) share of human, and of synthetic, text at each level of a detector's score (A-39).

    Scores are normal, so many standard deviations apart; levels are equally frequent where half
    of text is synthetic.
    """
    half = separation / 2

    def below(x: float) -> float:
        return float(norm.cdf(x, -half) + norm.cdf(x, half)) / 2

    ends = [brentq(lambda x, k=k: below(x) - k / levels, -half - 9, half + 9)
            for k in range(1, levels)]  # fmt: skip
    human, synthetic = (
        np.diff(np.concatenate([[0.0], norm.cdf(ends, mean), [1.0]])) for mean in (-half, half)
    )
    return human, synthetic


def infinite_alleles(n: int, u: float) -> float:
    """J that novelty and resampling of n documents come to (Kimura & Crow 1964, haploid)."""
    return (1 / n) / (1 - (1 - 1 / n) * (1 - u) ** 2)


def ewens(n: int, theta: float) -> float:
    """Expected number of topics among n documents, theta = 2 n u (Ewens 1972)."""
    return float((theta / (theta + np.arange(n))).sum())

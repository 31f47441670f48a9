"""Small random webs, and their contamination by dense algebra: what blocking is judged against."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analysis.blocking import Gates
from analysis.layers import Floats, Ints, Layers

LAYERS, WIDTH = 8, 7


@dataclass(frozen=True)
class DenseWeb:
    """Shares W (n, n), what each node makes up mu (n,), the candidate of each node."""

    shares: Floats
    invented: Floats
    gate: Ints
    names: tuple[str, ...]

    @property
    def target(self) -> Floats:
        """The last node."""
        return np.eye(self.invented.size)[-1]

    def gates(self) -> Gates:
        child, parent = np.nonzero(self.shares)
        layers = Layers(self.invented.size, child, parent, self.shares[child, parent])
        return Gates(layers, self.invented, 1.0 - self.invented, self.gate, self.names)

    def without(self, choices: Iterable[Sequence[int]]) -> Floats:
        """(choices,) contamination of the target, node by node, with some candidates dropped."""
        many = list(choices)
        load = np.zeros((self.invented.size, len(many)))
        chosen = np.zeros((len(self.names), len(many)), dtype=bool)
        for column, each in enumerate(many):
            chosen[list(each), column] = True
        shut = chosen[self.gate] & (self.gate >= 0)[:, None]
        shut[-1] = False
        for v, mu in enumerate(self.invented):
            load[v] = np.where(shut[v], 0.0, mu + (1 - mu) * (self.shares[v] @ load))
        return load[-1]

    def removed(self, choices: Iterable[Sequence[int]]) -> Floats:
        """(choices,) what each choice removes."""
        return self.without([()]) - self.without(choices)

    def optimum(self, k: int) -> float:
        """The most that any k candidates remove."""
        return float(self.removed(combinations(range(len(self.names)), k)).max())


def random_web(seed: int, grouped: bool) -> DenseWeb:
    """Eight layers of seven; each node reads some of the three layers before, the popular more.

    What is not read of these is human. The candidates are single nodes, or the nodes of one place
    in every layer (a model with all its generations).
    """
    rng = np.random.default_rng(seed)
    n = LAYERS * WIDTH
    popularity = rng.exponential(size=n)
    shares = np.zeros((n, n))
    for v in range(WIDTH, n):
        layer = v // WIDTH * WIDTH
        there = np.arange(max(0, layer - 3 * WIDTH), layer)
        pull = popularity[there] / popularity[there].sum()
        read = rng.choice(there, size=rng.integers(3, 7), replace=False, p=pull)
        shares[v, read] = rng.dirichlet(np.ones(read.size)) * rng.uniform(0.6, 1.0)
    invented = 0.3 * rng.random(n) ** 6
    gate = np.arange(n) % WIDTH if grouped else np.arange(n)
    if not grouped:
        gate[-1] = -1
    names = tuple(f"c{i}" for i in range(gate.max() + 1))
    return DenseWeb(shares, invented, gate, names)

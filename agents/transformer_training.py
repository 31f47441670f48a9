"""Training a transformer on documents: AdamW over mini-batches, in an order drawn by a stream."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.neural import Network, Pace, Weights, seed_of
from agents.spelling import Spelling
from ecosystem.sampling import Floats, Generator

WARM = 0.1
"""Share of the steps in which the learning rate rises to its value; then it falls to 0."""
DECAY = 0.01
"""Weight decay (Loshchilov & Hutter 2019)."""
CLIP = 1.0
"""Norm to which gradients are cut down (Pascanu, Mikolov & Bengio 2013)."""
NONE = -100
"""Target that counts for nothing in torch's cross-entropy."""


def picked(weights: Floats, number: int) -> NDArray[np.int64]:
    """So many documents in proportion to their weights, evenly over all of them.

    Systematic sampling from the middle of each step: weights that are whole numbers, and as many
    documents as they sum to, give each document exactly as often as its weight says.
    """
    reached = np.cumsum(weights)
    marks = (np.arange(number) + 0.5) * (reached[-1] / number)
    return np.minimum(np.searchsorted(reached, marks, side="right"), weights.size - 1)


def trained(
    network: Network,
    spelling: Spelling,
    begin: int,
    rows: NDArray[Any],
    epochs: int,
    batch: int,
    rate: float,
    threads: int,
    rng: Generator,
) -> Weights:
    """Weights fitted to documents, (n, width) words, each read once an epoch.

    The loss is the mean cross-entropy of the next token, over all tokens of the network, of every
    piece and of the end of a document (where it has one before its width is reached).

    Raises:
        ValueError: training diverges.
    """
    torch = network.torch
    pieces, length = _sequences(spelling, begin, rows)
    steps = epochs * -(-len(rows) // batch)
    with network.working(threads, learning=True):
        weights = network.fresh(seed_of(rng))
        for weight in weights.values():
            weight.requires_grad_(True)
        optimiser = torch.optim.AdamW(list(weights.values()), lr=rate, weight_decay=DECAY)
        pace = Pace(f"training on {len(rows):,} documents", epochs * int(length.sum()))
        step = 0
        for _ in range(epochs):
            order = rng.permutation(len(rows))
            for some in (order[i : i + batch] for i in range(0, len(rows), batch)):
                for group in optimiser.param_groups:
                    group["lr"] = rate * _course(step, steps)
                loss = _loss(network, weights, pieces[some], length[some])
                optimiser.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(list(weights.values()), CLIP)
                optimiser.step()
                step += 1
                pace.did(int(length[some].sum()), f", loss {loss.item():.2f}")
        if not all(bool(torch.isfinite(weight).all()) for weight in weights.values()):
            raise ValueError(
                f"learner.learning_rate: given {rate:g}, with which training diverges: weights "
                "become infinite or no numbers; allowed a smaller one"
            )
        return {name: weight.detach() for name, weight in weights.items()}


def _sequences(
    spelling: Spelling, begin: int, rows: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Tokens of documents from the one before the first, and how many are to be predicted."""
    read = spelling.encoded(rows)
    tokens = np.full((len(rows), read.pieces.shape[1] + 1), begin)
    tokens[:, 1:] = spelling.alphabet[read.pieces]
    return tokens, (read.word < spelling.width).sum(axis=1)


def _course(step: int, steps: int) -> float:
    """The share of the learning rate at a step: up, then down to 0 in a line."""
    warm = max(1, round(WARM * steps))
    return min((step + 1) / warm, (steps - step) / max(1, steps - warm))


def _loss(
    network: Network, weights: Weights, tokens: NDArray[np.int64], length: NDArray[np.int64]
) -> Any:
    torch = network.torch
    longest = int(length.max())
    targets = np.where(np.arange(longest) < length[:, None], tokens[:, 1 : longest + 1], NONE)
    logits = network.logits(weights, torch.from_numpy(tokens[:, :longest].copy()))
    return torch.nn.functional.cross_entropy(
        logits.reshape(-1, logits.shape[-1]), torch.from_numpy(targets.ravel()), ignore_index=NONE
    )

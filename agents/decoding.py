"""How a model turns what it has learnt into what it writes: temperatures, then top-p."""

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ecosystem.mechanism import Mechanism
from ecosystem.sampling import Floats, nucleus

Temperature = Annotated[float, Field(ge=0.05, le=20, allow_inf_nan=False)]
TopP = Annotated[float, Field(gt=0, le=1)]


class Decoding(BaseModel):
    """Temperatures p ~ p^(1/T), then top-p, over topics and over the claims on each topic.

    The order is: topic temperature, claim temperature, top-p over topics, top-p over claims.
    Topic temperature acts on which items are written about; claim temperature on which value
    is asserted once an item is chosen (sharpness b is claim temperature 1/b). 1 is off.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    temperature: Annotated[Temperature, Mechanism("topic temperature", off=1.0)] = 1.0
    claim_temperature: Annotated[Temperature, Mechanism("claim temperature", off=1.0)] = 1.0
    top_p: Annotated[TopP, Mechanism("top-p", off=1.0)] = 1.0
    claim_top_p: Annotated[TopP, Mechanism("claim top-p", off=1.0)] = 1.0


def decode(topics: Floats, beliefs: Floats, decodings: Sequence[Decoding]) -> Floats:
    """What a stack of models writes.

    Args:
        topics: (models, K) shares, rows sum to 1.
        beliefs: (models, K, V) shares of each item's values, rows sum to 1.
        decodings: one per model.

    Returns:
        (models, K, V) probabilities of each document, summing to 1 per model.
    """
    topics = tempered(topics, np.array([d.temperature for d in decodings]))
    for i, decoding in enumerate(decodings):
        if decoding.top_p < 1:
            topics[i] = nucleus(topics[i], decoding.top_p)
    topics /= topics.sum(axis=-1, keepdims=True)
    if beliefs.shape[-1] == 1:
        return topics[:, :, None]
    sharpen = [i for i, d in enumerate(decodings) if d.claim_temperature != 1]
    cut = [i for i, d in enumerate(decodings) if d.claim_top_p < 1]
    cells = beliefs * topics[:, :, None]
    for i in sorted({*sharpen, *cut}):
        claims = tempered(beliefs[i], np.array(decodings[i].claim_temperature))
        claims = nucleus(claims, decodings[i].claim_top_p)
        total = claims.sum(axis=-1)
        scale = np.divide(topics[i], total, out=np.zeros_like(total), where=total > 0)
        np.multiply(claims, scale[:, None], out=cells[i])
    return cells


def tempered(shares: Floats, temperature: Floats) -> Floats:
    """p^(1/T) along the last axis of (rows, k), not normalised; only where p is above 0.

    Rows are scaled by their largest share first, so that a low temperature cannot underflow.
    """
    tempered_ = shares.copy()
    powers = 1.0 / np.broadcast_to(temperature, shares.shape[:-1])
    rows = np.flatnonzero(powers != 1)  # the others keep their very bits
    if not rows.size:
        return tempered_
    base = shares[rows] / np.maximum(shares[rows].max(axis=-1, keepdims=True), 1e-300)
    live = np.nonzero(base)
    base[live] **= powers[rows][live[0]]
    tempered_[rows] = base
    return tempered_

"""How a model turns what it has learnt into what it writes: temperatures, top-p, then novelty."""

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ecosystem.mechanism import Mechanism
from ecosystem.parameter import Share, about
from ecosystem.sampling import Floats, nucleus, totals

Temperature = Annotated[float, Field(ge=0.05, le=20, allow_inf_nan=False)]
TopP = Annotated[float, Field(gt=0, le=1)]


class Decoding(BaseModel):
    """Temperatures p ~ p^(1/T), then top-p, over topics and over the claims on each topic.

    The order is: topic temperature, claim temperature, top-p over topics, top-p over claims.
    Topic temperature acts on which items are written about; claim temperature on which value
    is asserted once an item is chosen (sharpness b is claim temperature 1/b). 1 is off. Novelty
    comes last, and not from what the model knows: see `ecosystem.novelty`; 0 is off.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    temperature: Annotated[Temperature, Mechanism("topic temperature", off=1.0)] = Field(
        default=1.0,
        description="of topics: below 1 common items get commoner; 1 is off",
        json_schema_extra=about("none", "free: swept in studies; Ackley et al. 1985"),
    )
    claim_temperature: Annotated[Temperature, Mechanism("claim temperature", off=1.0)] = Field(
        default=1.0,
        description="of claims: below 1 likely values get likelier; 1 is off",
        json_schema_extra=about("none", "free: swept in studies; Ackley et al. 1985"),
    )
    top_p: Annotated[TopP, Mechanism("top-p", off=1.0)] = Field(
        default=1.0,
        description="share held by the smallest set of items still written about; 1 is off",
        json_schema_extra=about("share", "free: swept in studies; Holtzman et al. 2020"),
    )
    claim_top_p: Annotated[TopP, Mechanism("claim top-p", off=1.0)] = Field(
        default=1.0,
        description="the same of an item's values; 1 is off",
        json_schema_extra=about("share", "free: swept in studies; Holtzman et al. 2020"),
    )
    novelty: Annotated[Share, Mechanism("novelty", off=0.0)] = Field(
        default=0.0,
        description="share of its documents that are on items nobody wrote about before: those of "
        "weight 0 in a domain of counts; 0 is off",
        json_schema_extra=about("share", "free: swept in studies; Kimura & Crow 1964"),
    )


def decode(topics: Floats, beliefs: Floats, decodings: Sequence[Decoding]) -> Floats:
    """What a stack of models writes of what it knows, before novelty.

    Args:
        topics: (models, K) shares, rows sum to 1.
        beliefs: (models, K, V) shares of each item's values, rows sum to 1.
        decodings: one per model.

    Returns:
        (models, K, V) probabilities of each document, summing to 1 per model.
    """
    if any(d.temperature != 1 or d.top_p < 1 for d in decodings):
        topics = tempered(topics, np.array([d.temperature for d in decodings]))
        for i, decoding in enumerate(decodings):
            if decoding.top_p < 1:
                topics[i] = nucleus(topics[i], decoding.top_p)
            if decoding.temperature != 1 or decoding.top_p < 1:
                topics[i] /= topics[i].sum()
    if beliefs.shape[-1] == 1:
        return topics[:, :, None]
    claims = [(d.claim_temperature, d.claim_top_p) for d in decodings]
    plain = [i for i, claim in enumerate(claims) if claim == (1, 1)]
    if len(plain) == len(claims):
        return beliefs * topics[:, :, None]
    cells = tempered(beliefs, np.array([temperature for temperature, _ in claims]))
    for i, (_, top_p) in enumerate(claims):
        if top_p < 1:
            cells[i] = nucleus(cells[i], top_p)
    whole = totals(cells)
    whole[plain] = 1.0
    cells *= np.divide(topics, whole, out=np.zeros_like(whole), where=whole > 0)[:, :, None]
    return cells


def tempered(shares: Floats, temperature: Floats) -> Floats:
    """p^(1/T) of rows whose sums are 1, not normalised: a new array.

    A share of a row is at least 1 / (its length) somewhere, so that no row can underflow.

    Args:
        shares: (rows, ...) shares along the last axis.
        temperature: (rows,) above 0; rows of temperature 1 keep their very bits.
    """
    same = np.flatnonzero(temperature == 1)
    if same.size == temperature.size:
        return shares.copy()
    rows = shares.reshape(temperature.size, -1)
    live = rows > 0
    filled = np.count_nonzero(live, axis=1)
    if 2 * filled.sum() < live.size:
        at = np.flatnonzero(live)
        powered = np.zeros(shares.shape)
        powers = np.repeat(1.0 / temperature, filled)
        powered.ravel()[at] = np.exp(np.log(rows.ravel()[at]) * powers)
    else:  # logarithms are faster in numpy than powers; those of 0 are slow
        powered = np.log(rows + ~live)
        powered *= 1.0 / temperature[:, None]
        np.exp(powered, out=powered)
        powered *= live
        powered = powered.reshape(shares.shape)
    powered[same] = shares[same]
    return powered

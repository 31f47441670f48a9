"""What every community of humans likes to write about, so that together they write the truth."""

from math import fsum

import numpy as np

from ecosystem.domains.domain import Domain
from ecosystem.draws import Draws
from ecosystem.sampling import Floats
from scenarios.fields import in_domain
from scenarios.parts import Humans


def balanced_topics(humans: list[Humans], domain: Domain, draws: Draws) -> Floats:
    """(communities, K) topic shares of each community; their mean by volume is the truth.

    The mean is by the volumes at row 0. Each community's taste for a group is given, or
    log-normal. Tastes are then scaled by community and by group in turn (iterative proportional
    fitting) until every community writes its volume and every group gets its true share.
    """
    if not humans:
        return np.zeros((0, domain.shape[0]))
    schedules = [in_domain(human.volume, domain.name) for human in humans]
    volumes = np.array([s.at(0) if s is not None else 0.0 for s in schedules])
    total = fsum(volumes)
    volumes = volumes / total if total else np.full(len(humans), 1 / len(humans))
    taste = np.ones((len(humans), len(domain.groups)))
    first_of = np.array([np.flatnonzero(domain.group_of == g)[0] for g in range(taste.shape[1])])
    for row, human in enumerate(humans):
        if domain.name in human.topics:
            taste[row] = domain.tilt(human.topics[domain.name])[first_of]
        elif human.topic_spread:
            rng = draws.stream("topics", 0, human.name, domain.name)
            taste[row] = np.exp(rng.normal(0.0, human.topic_spread, taste.shape[1]))
    writing, silent = np.flatnonzero(volumes), np.flatnonzero(volumes == 0)
    if np.ptp(taste) == 0:
        return np.tile(domain.topics, (len(humans), 1))
    true = np.bincount(domain.group_of, weights=domain.topics, minlength=taste.shape[1])
    table = taste * volumes[:, None] * true
    for _ in range(10_000):
        table[writing] *= (volumes[writing] / table[writing].sum(axis=1))[:, None]
        column = table.sum(axis=0)
        table *= np.divide(true, column, out=np.ones_like(true), where=column > 0)
        if np.allclose(table.sum(axis=1), volumes, rtol=1e-12, atol=0):
            break
    else:
        raise ValueError(
            f"humans.topics.{domain.name}: tastes that leave a group of items without enough "
            "writers; allowed tastes whose mean by volume can be the truth"
        )
    table[silent] = taste[silent] * true
    by_group = table / table.sum(axis=1, keepdims=True)
    within = np.divide(
        domain.topics, true[domain.group_of], out=np.zeros(domain.shape[0]), where=domain.topics > 0
    )
    shares: Floats = by_group[:, domain.group_of] * within
    if np.ptp(taste[writing]) == 0:
        shares[writing] = domain.topics  # to the last bit, whoever is silent
    return shares

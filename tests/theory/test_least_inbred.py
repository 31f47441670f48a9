"""Optimal contributions (Meuwissen 1997): no mix allowed is less inbred than that of the policy.

Mixes and kinships are drawn at random; S = w'Phi w of what is read is compared with that of other
policies, of random mixes that are no more human, and, through the engine, of the mix recorded.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem.corpus import Batch
from ecosystem.mixing import expected_inbreeding
from ecosystem.policies.least_inbred import LeastInbred
from ecosystem.policies.policy import Mix
from ecosystem.policies.source_cap import SourceCap
from scenarios.build import build
from scenarios.replicated import Floats
from tests.ecosystem.small import human, scenario, shares

pytestmark = pytest.mark.theory


def mix_of(seed: int, size: int) -> tuple[Mix, Floats]:
    """One take of some shelves, each on a site of its own, and the kinship between them."""
    rng = np.random.default_rng(seed)
    shelves = [Batch("d", f"site-{i}", 1, bool(rng.random() < 0.5)) for i in range(size)]
    through = rng.dirichlet(np.full(2 * size, 0.3), size=size)
    phi = through @ np.diag(rng.exponential(0.1, size=2 * size)) @ through.T
    mix = Mix(shelves, rng.dirichlet(np.ones(size))[None], lambda at: phi[np.ix_(at, at)])
    return mix, phi


def read(mix: Mix, kept: Floats) -> Floats:
    return np.asarray(mix.after(kept).sum(axis=0))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.integers(0, 2**32), st.integers(1, 9), st.sampled_from([None, 0.0, 0.2, 0.7, 1.0]))
def test_no_mix_that_is_as_human_is_less_inbred(seed: int, size: int, most: float | None) -> None:
    mix, phi = mix_of(seed, size)
    human = np.array([not shelf.synthetic for shelf in mix.shelves])
    kept = LeastInbred(human=most).ration(mix)
    assert ((kept >= 0) & (kept <= 1)).all()
    found = read(mix, kept)
    assert found.sum() == pytest.approx(1.0)
    allowed = found[human].sum() if human.all() else mix.takes[0, human].sum()
    if most is not None and not human.all():
        allowed = most
    assert found[human].sum() <= allowed + 1e-9
    least = expected_inbreeding(phi, found)
    rivals = [read(mix, SourceCap(cap=cap).ration(mix)) for cap in (0.1, 0.2, 0.35, 0.5, 1.0)]
    rivals += list(np.random.default_rng(seed + 1).dirichlet(np.full(size, 0.4), size=300))
    for other in rivals:
        if other[human].sum() <= allowed:
            assert least <= expected_inbreeding(phi, other) + 1e-9


def test_without_kinship_or_anything_to_read_nothing_is_left_out() -> None:
    mix, _ = mix_of(1, 4)
    assert (LeastInbred().ration(replace(mix, kinship=None)) == 1).all()
    assert (LeastInbred().ration(replace(mix, takes=np.zeros((1, 4)))) == 1).all()


def test_kinship_that_is_known_to_first_order_only_is_no_hindrance() -> None:
    """A matrix that no documents could have, by a little, is taken as the nearest that could."""
    mix, phi = mix_of(3, 4)
    bent = phi - 0.01 * np.eye(4)
    assert np.linalg.eigvalsh(bent)[0] < 0
    kept = LeastInbred(human=1.0).ration(replace(mix, kinship=lambda at: bent[np.ix_(at, at)]))
    assert np.isfinite(kept).all()


@pytest.mark.parametrize("ledger", [True, False])
def test_through_the_engine_what_is_recorded_is_the_least_inbred_mix(ledger: bool) -> None:
    """Also where no ledger is asked for: the policy needs one."""
    models: list[dict[str, Any]] = [
        {"name": "m", "count": 3, "start": {"kind": "fitted", "documents": 30}, "volume": 40,
         "writes": {"s-{i}": 1}, "diet": {"n": 60, "takes": [{"share": 1}]}}
    ]  # fmt: skip
    given_world = scenario(
        ledger=ledger,
        sites=[{"name": "s", "count": 3}],
        humans=[human(volume=30, writes={"s-1": 1})],
        models=models,
        policies=[{"kind": "least_inbred", "start": 3, "compliance": 1.0}],
    )
    acting = build(given_world)
    for _ in range(4):
        acting.step()
    stock = acting.stocks["d"]
    rows = [h for h in range(len(stock.shelves)) if stock.size[h] > 0]
    phi = stock.ledger.kinships["d"].between(stock.node[rows])[0]
    recorded = shares(acting, "m-2")
    found = np.array([recorded.get(stock.key(h), 0.0) for h in rows])
    human_rows = np.array([not stock.shelves[h].synthetic for h in rows])
    proportional = stock.size[rows] / stock.size[rows].sum()
    assert found.sum() == pytest.approx(1.0)
    assert found[human_rows].sum() <= proportional[human_rows].sum() + 1e-9
    assert expected_inbreeding(phi, found) < expected_inbreeding(phi, proportional)

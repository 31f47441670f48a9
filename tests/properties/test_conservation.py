"""Nothing is lost and nothing appears: documents, training sets and shares are conserved."""

import math
from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from ecosystem.ecosystem import Ecosystem
from tests.properties.running import begun, stepped
from tests.properties.worlds import Plain, profile, worlds


def standing(world: Ecosystem, domain: str) -> dict[str, float]:
    """Documents by site."""
    stock = world.stocks[domain]
    found: dict[str, float] = defaultdict(float)
    for shelf, cells in zip(stock.shelves, stock.cells, strict=False):
        found[world.sites[shelf.site].name] += float(cells.sum())
    return found


def announced(world: Ecosystem, domain: str) -> dict[tuple[str, str], float]:
    """Documents by author and site that the agents mean to publish in this step."""
    step = world.steps
    writers = [m for m in world.models() if m.volume(domain, step) > 0]
    output = sum(m.volume(domain, step) for m in writers)
    found: dict[tuple[str, str], float] = defaultdict(float)
    for agent in world.agents:
        volume = agent.volume(domain, step)
        borrowed = getattr(agent, "passed_off", 0.0) if output > 0 else 0.0
        for site, share in zip(*agent.placement, strict=True):
            name = world.sites[site].name
            found[agent.name, name] += (1 - borrowed) * volume * share
            for model in writers if borrowed else ():
                part = model.volume(domain, step) / output
                found[model.name, name] += borrowed * volume * share * part
    return found


def published(world: Ecosystem, domain: str, step: int) -> dict[str, float]:
    """Documents by site that the ledger says were added in a step."""
    nodes = world.ledger.tables()[0].to_pandas()
    fresh = nodes[(nodes["kind"] == "batch") & (nodes["step"] == step)]
    return defaultdict(float, fresh[fresh["domain"] == domain].groupby("site")["documents"].sum())


@profile(30)
@given(worlds())
def test_what_is_announced_is_published_and_what_stood_survives_by_its_sites_retention(
    given_: Plain,
) -> None:
    execution = begun(given_)
    world = execution.world
    for step in range(1, execution.scenario.steps + 1):
        before = {domain: standing(world, domain) for domain in world.domains}
        stepped(execution, step)
        for domain in world.domains:
            added, after = published(world, domain, step), standing(world, domain)
            meant = announced(world, domain)
            assert sum(added.values()) == pytest.approx(world.stocks[domain].published.sum())
            for site in world.sites:
                _survived(site, before[domain][site.name], added[site.name], after[site.name])
            _announced(world, domain, meant, added)


def _survived(site: Any, before: float, added: float, after: float) -> None:
    if site.documents == "unlimited":
        assert after == pytest.approx(before * site.survival + added, rel=1e-12)
    elif site.survival in (0.0, 1.0):
        assert after == before * site.survival + added
    else:
        assert 0 <= after - added <= before


def _announced(world: Ecosystem, domain: str, meant: Any, added: dict[str, float]) -> None:
    """Sites with a topic profile get less, where an author has nothing to say on their topics."""
    profiled = {s.name for s in world.sites if domain in (s.topics or {})}
    exact: set[str] = set()
    for site in world.sites:
        wanted = sum(volume for (_, name), volume in meant.items() if name == site.name)
        if site.documents == "unlimited":
            less = site.name in profiled and added[site.name] < wanted
            assert less or added[site.name] == pytest.approx(wanted, rel=1e-12)
        elif site.volume == "exact":
            exact.add(site.name)
        else:
            assert wanted > 0 or added[site.name] == 0
    own: dict[str, float] = defaultdict(float)
    for (author, name), volume in meant.items():
        own[author] += volume if name in exact else 0.0
    least, most = (
        sum(round(volume * (1 + edge)) for volume in own.values()) for edge in (-1e-12, 1e-12)
    )
    got = sum(added[name] for name in exact)
    assert got <= most
    assert got >= least or exact & profiled


@profile(30)
@given(worlds())
def test_a_training_set_has_the_size_that_was_asked_where_the_sources_hold_it(
    given_: Plain,
) -> None:
    given_["policies"] = []  # what a filter leaves is a matter of chance
    execution = begun(given_)
    world = execution.world
    for step in range(1, execution.scenario.steps + 1):
        stepped(execution, step)
        for model in world.due():
            for domain, reader in model.readers.items():
                expected = _asked(world, domain, reader)
                assert model.training[domain].size == expected, (step, model.name, reader.diet)
                cells = model.training[domain].read
                assert np.array_equal(cells, np.floor(cells)) and (cells >= 0).all()


def _asked(world: Ecosystem, domain: str, reader: Any) -> float:
    """Documents that a reader's takes can give it together, every document of an `all` too."""
    held = standing(world, domain)
    everything, room = 0.0, 0.0
    for take, (rows, _) in zip(reader.diet.takes, reader.takes, strict=True):
        if take.all:
            everything += sum(held[world.sites[row].name] for row in rows)
            continue
        asked = take.k or take.share
        found = sum(held[world.sites[row].name] for row in rows if world.attention[row] > 0)
        if asked and found:
            room += math.inf if take.replace else found
    return everything + min(float(reader.diet.documents), room)


@profile(35)
@given(worlds())
def test_shares_sum_to_one_and_no_state_is_negative_undefined_or_a_fraction_of_a_document(
    given_: Plain,
) -> None:
    execution = begun(given_)
    world = execution.world
    for step in range(execution.scenario.steps + 1):
        stepped(execution, step)
        for domain, stock in world.stocks.items():
            _sound(world, domain)
            sums = stock.voices[: len(stock.authors)].sum(axis=1)
            silent = [m.row for m in world.models() if domain not in m.learners]
            np.testing.assert_allclose(np.delete(sums, silent), 1.0, rtol=1e-12)
            assert (stock.author_depth >= 0).all() and (stock.depth >= 0).all()
            for read in (world.read_synthetic[domain], world.read_depth[domain]):
                assert (np.isnan(read) | (read >= 0)).all()
        for crawl in world.crawls.values():
            shares = np.asarray(crawl.shares.sum(axis=1)).ravel()
            assert (crawl.shares.data >= 0).all()
            np.testing.assert_allclose(shares[shares > 0], 1.0, rtol=1e-12)
        for model in world.models():
            for learner in model.learners.values():
                assert 0 <= learner.invented <= 1 + 1e-12
    _ledger(world)


def _sound(world: Ecosystem, domain: str) -> None:
    stock = world.stocks[domain]
    for row, shelf in enumerate(stock.shelves):
        cells = stock.cells[row]
        assert np.isfinite(cells).all() and (cells >= 0).all()
        assert stock.size[row] == pytest.approx(cells.sum(), rel=1e-12)
        if world.sites[shelf.site].documents == "finite":
            assert np.array_equal(cells, np.floor(cells))
            assert stock.size[row] == cells.sum()
    voices = stock.voices
    assert np.isfinite(voices).all() and (voices >= 0).all()
    assert not stock.cells[len(stock.shelves) :].any()


def _ledger(world: Ecosystem) -> None:
    nodes, edges = (table.to_pandas() for table in world.ledger.tables())
    shares = np.bincount(edges["child"], edges["share"], len(nodes))
    origin = nodes["kind"].isin(["founder", "start"]).to_numpy()
    np.testing.assert_allclose(shares[~origin], 1.0, rtol=1e-12)
    assert (shares[origin] == 0).all()
    assert (edges["share"] > 0).all() and (edges["parent"] < edges["child"]).all()
    assert ((nodes["documents"] > 0) | origin).all()

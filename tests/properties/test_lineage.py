"""Watching claims in random worlds: nothing is changed, every document and every belief has a line.

Every falsehood of the first domain is watched, up to `MOST`.
"""

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import assume, given

from ecosystem.claim import Claim
from ecosystem.claim_watch import ClaimWatch
from ecosystem.descent import KINDS
from scenarios.execution import Execution
from scenarios.scenario import Scenario
from scenarios.store import same_table
from tests.properties.running import begun, same_bits, state, stepped
from tests.properties.worlds import FOLDER, Plain, profile, worlds

MOST = 6
STEPS = 4


def falsehoods(execution: Execution) -> list[Claim]:
    """The claims to watch, spread over the first domain's items and values."""
    domain = execution.world.domains["facts"]
    every = np.argwhere(domain.confusion > 0).tolist()
    chosen = every[:: max(1, len(every) // MOST)][:MOST]
    return [
        Claim(domain.name, domain.items[item], domain.label(item, slot)) for item, slot in chosen
    ]


def watched(given_: Plain, claims: list[Claim]) -> tuple[Execution, ClaimWatch]:
    """A world at row 0, and the watch in it."""
    execution = Execution(Scenario.parse(given_, FOLDER), claims=claims)
    watch = execution.world.stocks["facts"].watch
    assert watch is not None
    return execution, watch


def check_documents(watch: ClaimWatch) -> None:
    """What is told apart by event is what stands, on every shelf."""
    stock = watch.stock
    for descent in watch.descents:
        held = np.zeros(stock.size.size)
        for row, (events, documents) in descent.copies.items():
            held[row] = documents.sum()
            assert (documents > 0).all() and np.unique(events).size == events.size
            if not stock.endless(row):
                assert (documents == np.round(documents)).all()
        cells = stock.cells[:, descent.cell]
        finite = np.array([not stock.endless(row) for row in range(stock.size.size)])
        np.testing.assert_array_equal(held[finite], cells[finite])
        np.testing.assert_allclose(held[~finite], cells[~finite], rtol=1e-9, atol=1e-250)


def check_holders(watch: ClaimWatch, models: list[Any]) -> None:
    """Whoever writes a claim holds an event of its own with its share, and nobody else does."""
    for descent in watch.descents:
        events = descent.events()
        for model in models:
            number = int(descent.holds[model.row])
            share = descent.share(model.row)
            assert (number >= 0) == (share > 0)
            if number >= 0:
                row = events.iloc[number]
                assert row["author"] == model.name and row["until"] == -1
                assert row["share"] == share
                fed_elsewhere = len(model.learners) > 1  # a new generation, but not in this domain
                assert row["generation"] == model.generation or fed_elsewhere


def check_beliefs(watch: ClaimWatch, models: list[Any]) -> None:
    """What learners say of the sources of a belief adds up to it."""
    for model in models:
        learner = model.learners.get("facts")
        if learner is not None and learner.sources is not None:
            believed = learner.beliefs[watch.items, watch.slots]
            assert (learner.sources >= 0).all()
            np.testing.assert_allclose(learner.sources.sum(axis=0), believed, rtol=1e-9, atol=1e-15)


def check_lines(events: pd.DataFrame) -> None:
    """Every line begins in an origin; parents come first; documents are on web or gone."""
    assert (events["event"] == np.arange(len(events))).all()
    assert (events["parent"] < events["event"]).all()
    assert set(events["kind"]) <= KINDS.keys()
    assert (events["kind"] != "brought in").all()
    origins = events["parent"] < 0
    assert (events.loc[origins, "origin"] == events.loc[origins, "event"]).all()
    assert set(events.loc[origins, "kind"]) <= {"invented", "human error", "start"}
    taken = events[~origins]
    parents = events.iloc[taken["parent"].to_numpy()]
    assert (taken["origin"].to_numpy() == parents["origin"].to_numpy()).all()
    assert (taken["step"].to_numpy() >= parents["step"].to_numpy()).all()
    assert (taken["source"].to_numpy() == parents["author"].to_numpy()).all()
    kept = taken["kind"] == "kept"
    assert (taken.loc[kept, "author"] == taken.loc[kept, "source"]).all()
    assert (taken.loc[~kept & (taken["kind"] != "read"), "site"] == "").all()
    assert events["share"].between(0, 1 + 1e-12).all() and (events["documents"] >= 0).all()


@profile(60)
@given(worlds(steps=STEPS))
def test_a_watch_changes_nothing_and_accounts_for_everything(given_: Plain) -> None:
    plain = begun(given_)
    claims = falsehoods(plain)
    assume(claims)
    execution, watch = watched(given_, claims)
    for step in range(STEPS + 1):
        plain, execution = stepped(plain, step), stepped(execution, step)
        assert same_bits(state(plain.world), state(execution.world)) == []
        models = [m for m in execution.world.models() if "facts" in m.learners]
        check_documents(watch)
        check_holders(watch, models)
        check_beliefs(watch, models)
    for descent in watch.descents:
        check_lines(descent.events())


@profile(15)
@given(worlds(steps=STEPS))
def test_a_claim_watched_alone_has_the_story_it_has_among_others(given_: Plain) -> None:
    claims = falsehoods(begun(given_))
    assume(len(claims) > 1)
    together, every = watched(given_, claims)
    stepped(together, STEPS)
    alone, only = watched(given_, claims[-1:])
    stepped(alone, STEPS)
    assert same_table(every.descents[-1].events(), only.descents[0].events())
    tables = [e.world.datacollector.prevalence() for e in (together, alone)]
    own = tables[0][(tables[0]["item"] == claims[-1].item)]
    own = own[own["value"] == claims[-1].value].reset_index(drop=True)
    assert same_table(own, tables[1])

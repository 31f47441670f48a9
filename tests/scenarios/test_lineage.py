"""The second pass: the tables of a run, what they are of, and claims as they are asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.falsehoods import most_successful
from analysis.lineage import CLAIM, of_claim
from analysis.prevalence import PREVALENCE
from analysis.run import Run
from ecosystem.claim import Claim
from ecosystem.descent import EVENTS
from ecosystem.domains.domain import Domain
from scenarios.build import make_domains
from scenarios.execution import Execution
from scenarios.lineage import asked, parse_claim, trace, watch_list
from scenarios.scenario import Scenario
from scenarios.store import same_table
from tests.conftest import small_world

Make = Callable[..., Scenario]


@pytest.fixture(scope="module")
def run() -> Run:
    return Scenario.parse(small_world()).run()


def test_a_run_traces_its_ten_most_successful_falsehoods(run: Run) -> None:
    best = [tuple(row) for row in most_successful(run, 10)[CLAIM].to_numpy()]
    assert len(best) == 10
    assert list(run.claims) == list(EVENTS) and list(run.prevalence) == list(PREVALENCE)
    assert {tuple(row) for row in run.claims[CLAIM].to_numpy()} <= set(best)
    assert {tuple(row) for row in run.prevalence[CLAIM].to_numpy()} == set(best)
    assert (run.prevalence.groupby(CLAIM).size() == 9).all()


def test_how_widespread_a_falsehood_is_agrees_with_the_table_of_items(run: Run) -> None:
    """Where the models' commonest wrong value is the claim, as many assert it."""
    rows = run.prevalence.merge(run.items, on=["step", "domain", "item"])
    assert rows["on_item"].to_numpy() == pytest.approx(rows["web_documents"].to_numpy())
    assert (rows["documents"] <= rows["web_false"] + 1e-9).all()
    said = rows[rows["models_say"] == rows["value"]]
    assert len(said) > 15 and (said["asserting"] == said["models_agreeing"]).all()
    assert (rows["asserting"] <= rows["models_wrong"]).all()
    present = run.agents.groupby("step")["facts.documents"].count()
    assert (rows["present"].to_numpy() == present[rows["step"]].to_numpy()).all()
    held = rows["on_item"] > 0
    shares = rows["documents"][held] / rows["on_item"][held]
    assert rows["share"][held].to_numpy() == pytest.approx(shares.to_numpy())
    assert rows["share"][~held].isna().all()


def test_living_origins_are_those_of_documents_that_stand(run: Run) -> None:
    """A document each at least, and never more than there were."""
    for claim, rows in run.prevalence.groupby(CLAIM):
        events = of_claim(run.claims, *claim)
        published = events.loc[events["documents"] > 0]
        for row in rows.itertuples():
            begun = published[published["step"] <= row.step]["origin"].nunique()
            assert row.origins <= min(begun, row.documents + 1e-9)
    assert run.prevalence["origins"].max() > 2


def test_the_number_traced_is_a_setting_and_0_is_off(small: Make) -> None:
    few = small(lineage=2).run()
    assert few.prevalence[CLAIM].drop_duplicates().shape[0] == 2
    for off in (small(lineage=0), small(items=False), small().only("words")):
        none = off.run()
        assert none.claims.empty and none.prevalence.empty
    with pytest.raises(ValueError, match="lineage: given 1001, allowed at most 1000"):
        small(lineage=1001)


def test_what_is_traced_leaves_everything_else_as_it_was(small: Make, run: Run) -> None:
    off = small(lineage=0).run()
    for table in ("metrics", "agents", "items", "samples", "nodes", "edges"):
        assert same_table(getattr(off, table), getattr(run, table)), table


def test_a_claim_traced_alone_has_the_rows_it_has_among_ten(small: Make, run: Run) -> None:
    for claim in watch_list(run)[::4]:
        events, prevalence = trace(small(), 0, [claim])
        own = of_claim(run.claims, claim.domain, claim.item, claim.value)
        assert same_table(events, own)
        own = of_claim(run.prevalence, claim.domain, claim.item, claim.value)
        assert same_table(prevalence, own)


def test_each_replicate_is_traced_in_its_own_draws(small: Make, run: Run) -> None:
    claims = watch_list(run)
    other = small().run(replicate=1)
    assert not same_table(other.claims, run.claims)
    assert same_table(other.claims, trace(small(), 1, watch_list(other))[0])
    assert not same_table(trace(small(), 1, claims)[0], run.claims)


def test_progress_counts_both_passes(small: Make) -> None:
    for scenario in (small(steps=3), small(steps=3).only("words")):
        seen: list[tuple[int, int]] = []
        scenario.run(progress=lambda *done, seen=seen: seen.append(done))
        assert {total for _, total in seen} == {6}
        steps = [done for done, _ in seen]
        assert steps == sorted(steps) and steps[:3] == [1, 2, 3] and steps[-1] == 6
    seen = []
    small(steps=3, lineage=0).run(progress=lambda *done: seen.append(done))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_every_line_of_the_main_scenario_begins_in_a_recorded_origin() -> None:
    """Its birds, four quarters: the second pass sees the voices and the web of the first."""
    birds = Scenario.load("habsburg").only("birds")
    few = birds.with_({"models.*.start.rounds": 2}, steps=4, ledger=False, meters=[])
    first = Execution(few)
    found = first.finish()
    claims = watch_list(found)
    second = Execution(few, claims=claims)
    second.advance()
    for name, stock in first.world.stocks.items():
        assert np.array_equal(stock.voices, second.world.stocks[name].voices)
        assert np.array_equal(stock.cells, second.world.stocks[name].cells)
    assert len(claims) == 10 and len(found.claims) > 100
    for _, events in found.claims.groupby(CLAIM):
        rows = events.reset_index(drop=True)
        assert (rows["event"] == rows.index).all() and (rows["parent"] < rows.index).all()
        assert (rows["parent"].iloc[rows["origin"].to_numpy()] == -1).all()
        taken = rows[rows["parent"] >= 0]
        assert (taken["origin"].to_numpy() == rows["origin"].to_numpy()[taken["parent"]]).all()
        assert (taken["step"].to_numpy() >= rows["step"].to_numpy()[taken["parent"]]).all()


# ---------------------------------------------------------------------- claims in words


@pytest.fixture(scope="module")
def domains() -> dict[str, Domain]:
    given = small_world()
    given["domains"]["more"] = {"kind": "encyclopedia", "zipf": {"items": 45}, "wrong_values": 1}
    return make_domains(Scenario.parse(given))


def test_a_claim_is_an_item_and_a_wrong_value(domains: Any) -> None:
    assert parse_claim("item 41=wrong 1", domains) == Claim("more", "item 41", "wrong 1")
    assert parse_claim("facts:item 4 = wrong 2", domains) == Claim("facts", "item 4", "wrong 2")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("item 4", "given 'item 4', allowed ITEM=VALUE or DOMAIN:ITEM=VALUE"),
        ("item 4=wrong 1", "given 'item 4', an item of several domains, allowed facts:item 4=w"),
        ("facts:item 444=wrong 1", "given the item 'item 444', did you mean 'item 4"),
        ("facts:item 4=wrong 9", "given the value 'wrong 9' of 'item 4', did you mean 'wrong"),
        ("facts:item 4=true", "given item 4=true, which is true, allowed a wrong value, such as"),
        ("words:item 4=true", "given the domain 'words', allowed facts, more"),
        ("nowhere:item 4=wrong 1", "given the item 'nowhere:item 4', "),
    ],
)
def test_what_is_no_claim_is_refused_in_one_sentence(domains: Any, text: str, said: str) -> None:
    with pytest.raises(ValueError, match="claim: " + said) as refused:
        parse_claim(text, domains)
    assert "\n" not in str(refused.value)


def test_where_nothing_can_be_wrong_no_claim_can_be_asked_about(domains: Any) -> None:
    with pytest.raises(ValueError, match="no domain of the run has wrong values"):
        parse_claim("item 4=wrong 1", {"words": domains["words"]})


def test_any_claim_can_be_asked_about_after_the_run(
    small: Make, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.save(tmp_path / "run")
    traced = watch_list(run)
    other = next(
        Claim("facts", f"item {i}", "wrong 2")
        for i in range(1, 40)
        if Claim("facts", f"item {i}", "wrong 2") not in traced
    )
    found, claim = asked(tmp_path / "run", f"facts:{other.item}={other.value}")
    assert claim == other and set(found.prevalence["item"]) == {other.item}
    assert same_table(found.claims, trace(small(), 0, [other])[0])
    monkeypatch.setattr("scenarios.lineage.trace", lambda *_: pytest.fail("it is there already"))
    best = traced[0]
    kept, _ = asked(tmp_path / "run", f"{best.item}={best.value}")
    assert same_table(kept.claims, run.claims)


def test_nothing_is_run_where_nothing_is_asked(
    small: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.lineage.Execution", lambda *_, **__: pytest.fail("ran"))
    events, prevalence = trace(small(), 0, [])
    assert isinstance(events, pd.DataFrame) and list(events) == list(EVENTS)
    assert list(prevalence) == list(PREVALENCE) and events.empty and prevalence.empty

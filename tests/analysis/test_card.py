"""Cards say what the tables say, and looking at them changes nothing."""

import json
from typing import Any

import numpy as np
import pytest

from analysis.card import card, falsehoods
from analysis.chronicle import Chronicle
from analysis.collector import current_views
from analysis.item_story import generations, item_story
from analysis.view import DomainView, View
from ecosystem.claim import Claim
from ecosystem.ecosystem import Ecosystem
from scenarios.build import build
from scenarios.execution import Execution
from scenarios.store import same_table
from tests.analysis.live import scenario, stepped

SKILLS = ("pictures", "exercises", "prose")
Seen = tuple[Ecosystem, dict[str, DomainView], Chronicle]


@pytest.fixture(scope="module")
def seen() -> Seen:
    """A world after four steps, read from the start."""
    meters = ["contamination", "inbreeding", "coverage", "falsehood", "capability", "vocabulary"]
    world, chronicle = stepped(0, *SKILLS, meters=meters), Chronicle()
    chronicle.read(world, current_views(world))
    for _ in range(4):
        world.step()
        chronicle.read(world, current_views(world))
    return world, current_views(world), chronicle


def section(told: dict[str, Any], heading: str) -> dict[str, Any]:
    return next(each for each in told["sections"] if each["heading"] == heading)


def values(told: dict[str, Any], heading: str) -> dict[str, str]:
    return {each["label"]: each["value"] for each in section(told, heading)["lines"]}


def test_a_models_card_says_what_the_tables_say(seen: Seen) -> None:
    world, views, chronicle = seen
    told = card(world, views, "model-A", chronicle.once)
    row = world.datacollector.agents().query("step == 4 and agent == 'model-A'").iloc[0]
    assert (told["kind"], told["step"]) == ("model", 4)
    assert values(told, "Now") == {"generation": str(row["generation"])}
    diet = values(told, "Diet")
    share = f"{100 * row['birds.synthetic_training']:.3g} % by models"
    assert diet["birds"] == f"300 documents, {share}"
    reached = [float(diet[site].split(" %")[0]) for site in ("forum", "farm")]
    assert sum(reached) == pytest.approx(100, abs=0.2)
    f = values(told, "Inbreeding coefficient")
    assert float(f["birds"]) == pytest.approx(row["birds.inbreeding"], rel=5e-3)
    known = round(row["birds.tail_coverage"] * 500)
    forgot = values(told, "What it has forgotten")
    assert forgot["birds: rare ones it cannot write of"] == f"{500 - known} of 500"
    wrong, of = values(told, "What it believes wrongly")["birds: wrong"].split(" of ")
    assert int(wrong) / int(of) == pytest.approx(row["birds.leading_false"])


def test_what_a_model_forgot_is_what_it_once_knew(seen: Seen) -> None:
    world, views, chronicle = seen
    again, ever, last = (
        build(scenario(SKILLS, meters=[])),
        np.zeros(1000, dtype=bool),
        np.zeros(1000),
    )
    for step in range(5):
        if step:
            again.step()
        birds: Any = current_views(again)["birds"]
        last = birds.producible[0]
        ever |= last
    lost = np.flatnonzero(ever & ~last)
    heaviest = lost[np.argsort(-birds.domain.topics[lost], kind="stable")][:8]
    label = "birds: forgotten of what it once could write of"
    forgot = values(card(world, views, "model-A", chronicle.once), "What it has forgotten")[label]
    names = ", ".join(birds.domain.items[i] for i in heaviest)
    assert forgot == f"{lost.size} of {ever.sum()}: {names}"
    assert label not in values(card(world, views, "model-A"), "What it has forgotten")


def test_claims_can_be_followed(seen: Seen) -> None:
    world, views, chronicle = seen
    birds: Any = views["birds"]
    model = card(world, views, "model-B", chronicle.once)
    site = card(world, views, "farm")
    claims = section(model, "What it believes wrongly")["claims"]
    standing = section(site, "Falsehoods that stand here most")["claims"]
    assert len(claims) == len(standing) == 8
    for claim in (*claims, *standing, *falsehoods(world, views)):
        item, slot = Claim(claim["domain"], claim["item"], claim["value"]).place(birds.domain)
        assert claim["truth"] == birds.domain.label(item, 0) != claim["value"] and slot > 0
    assert [c["documents"] for c in claims] == sorted(
        (c["documents"] for c in claims), reverse=True
    )


def test_falsehoods_are_those_that_most_models_assert(seen: Seen) -> None:
    world, views, _ = seen
    birds: Any = views["birds"]
    found = falsehoods(world, views, most=5)
    counts = sorted(birds.votes.ravel().tolist(), reverse=True)[:5]
    assert [claim["models"] for claim in found] == counts
    every = [(-c["models"], -c["documents"]) for c in falsehoods(world, views, most=500)]
    assert every == sorted(every) and len(dict(every)) > 1
    items = world.datacollector.items().query("step == 4 and domain == 'birds'").set_index("item")
    for claim in found:
        place = Claim(claim["domain"], claim["item"], claim["value"]).place(birds.domain)
        assert claim["models"] == items.loc[claim["item"], "models_agreeing"]
        assert claim["documents"] == birds.web[place] <= items.loc[claim["item"], "web_false"]
        assert claim["of"] == 3


def test_every_model_writes_in_every_domain_that_it_knows(seen: Seen) -> None:
    world, views, _ = seen
    for name, skill in zip(("model-A", "model-B", "model-C"), SKILLS, strict=True):
        said = section(card(world, views, name), "What it would write now")["documents"]
        assert [each["domain"] for each in said] == ["birds"] * 3 + [skill] * 3
        for each in said[3:]:
            shades = each.get("picture")
            assert (shades is not None) == (skill == "pictures")
            assert shades is None or (len(shades) == 64 and min(shades) >= 0 and max(shades) <= 1)
            assert ("true" in each) == (skill == "exercises")
        birds: Any = views["birds"]
        for each in said[:3]:
            item, value = each["text"].split(": ")
            truth = birds.domain.label(birds.domain.items.index(item), 0)
            assert each["true"] == (value == truth)


def test_a_sites_card_counts_what_stands_there(seen: Seen) -> None:
    world, views, _ = seen
    told = card(world, views, "farm")
    assert values(told, "Now")["keeps"] == "half of it for 2 steps"
    stock = world.stocks["birds"]
    size = sum(stock.size[h] for h, shelf in enumerate(stock.shelves) if shelf.site == 1)
    assert values(told, "What stands here")["birds"] == f"{size:,.0f} documents, 100 % by models"
    wrote = values(told, "Who wrote here in this step")
    assert set(wrote) == {model.name for model in world.models()}
    assert sum(float(n) for n in wrote.values()) == pytest.approx(
        sum(
            stock.posted.data[stock.site_of[stock.posted.tocoo().row] == 1].sum()
            for stock in world.stocks.values()
        ),
        abs=0.5 * len(wrote),  # each is said as a whole number
    )
    assert set(values(told, "Who reads here most")) == set(wrote)


def test_a_communitys_card_says_how_it_writes(seen: Seen) -> None:
    world, views, _ = seen
    told = card(world, views, "people-1")
    now = values(told, "Now")
    assert (now["birds"], now["birds: error"], now["passed off"]) == (
        "100 documents a step", "5 %", "10 %"
    )  # fmt: skip
    assert values(told, "Where it writes") == {"forum": "100 %"}
    assert len(section(told, "What it would write now")["documents"]) == 12


def test_every_number_has_its_definition_and_all_is_json(seen: Seen) -> None:
    world, views, chronicle = seen
    for node in ("model-A", "model-B", "model-C", "forum", "farm", "people-1", "people-2"):
        told = card(world, views, node, chronicle.once)
        assert json.loads(json.dumps(told, allow_nan=False)) == told
        for each in told["sections"]:
            assert all(one["means"].endswith(".") for one in each["lines"])


def test_who_is_not_there_has_no_card(seen: Seen) -> None:
    world, views, _ = seen
    with pytest.raises(ValueError, match="node: given 'nobody', allowed a model, a site"):
        card(world, views, "nobody")


# ---------------------------------------------------------------------- from step to step


def test_the_story_of_an_item_is_that_of_the_table(seen: Seen) -> None:
    world, views, _ = seen
    item = falsehoods(world, views, 1)[0]
    told = item_story(world, views, "birds", item["item"])
    table = world.datacollector.items().query("domain == 'birds' and item == @item['item']")
    assert told["past"] == table[list(told["past"][0])].to_dict("records")
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["now"][0]["value"] == told["truth"] and told["now"][0]["true"]
    assert sum(each["documents"] for each in told["now"]) == table["web_documents"].iloc[-1]
    asserting = {each["value"]: len(each["models"]) for each in told["now"]}
    assert asserting[item["value"]] == item["models"]
    case = item_story(world, views, "exercises", "leap years: century")
    assert len(case["past"]) == 5 and case["now"] == [] and case["truth"] == "no"


def test_stories_reach_back_to_what_was_written_to_disk() -> None:
    world = stepped(0, *SKILLS, meters=["web", "falsehood"], costly_every=1)
    held = world.datacollector.held
    for step in range(4):
        if step == 1:
            told = generations(world, "pictures")[:2]
        for rows in held.values():
            rows.limit = 1
        world.step()
    views: dict[str, DomainView] = current_views(world)
    assert held["items"].written() and held["samples"].written()
    past = item_story(world, views, "birds", views["birds"].domain.items[0])["past"]
    assert [row["step"] for row in past] == [0, 1, 2, 3, 4]
    assert all(type(row["web_says"]) is str for row in past)
    shown = generations(world, "pictures")
    assert [(each["step"], each["who"]) for each in shown] == [(0, "humans")] + [
        (step, "models") for step in range(5)
    ]
    assert shown[:2] == told


def test_documents_by_generation_are_those_kept(seen: Seen) -> None:
    world, _, _ = seen
    kept = world.datacollector.samples()
    for domain in SKILLS:
        shown = generations(world, domain)
        assert [(each["step"], each["who"]) for each in shown] == [
            (0, "humans"), (0, "models"), (2, "models"), (4, "models")
        ]  # fmt: skip
        assert {len(each["documents"]) for each in shown} == {10 if domain == "pictures" else 3}
        assert json.loads(json.dumps(shown, allow_nan=False)) == shown
    last = kept.query("domain == 'pictures' and step == 4 and who == 'models'")
    first = last[last["place"] == 0]["value"].clip(0, 1).round(2).tolist()
    mean = last[last["place"] == -1]["value"].clip(0, 1).round(2).tolist()
    shown = generations(world, "pictures")[-1]
    assert (shown["documents"][0], shown["average"]) == (first, mean)
    text = kept.query("domain == 'prose' and step == 2 and who == 'models'")["text"].iloc[0]
    assert generations(world, "prose")[2]["documents"][0] == text


@pytest.mark.parametrize(
    ("domain", "item", "says"),
    [
        ("birds", "Dodo", "item: given 'Dodo', allowed an item of birds"),
        ("prose", "Hamlet", "domain: given 'prose', allowed a domain of facts or exercises"),
        ("bees", "Bee", "domain: given 'bees', allowed a domain of facts or exercises"),
    ],
)
def test_what_cannot_be_followed_is_said(seen: Seen, domain: str, item: str, says: str) -> None:
    world, views, _ = seen
    with pytest.raises(ValueError, match=says):
        item_story(world, views, domain, item)
    with pytest.raises(ValueError, match="allowed one of pictures, exercises or prose"):
        generations(world, "birds")


# ---------------------------------------------------------------------- looking


def test_a_run_that_is_watched_is_the_run_that_is_not() -> None:
    asked = scenario(SKILLS, steps=3, measure_every=2, meters=["web", "variance", "vocabulary"])
    alone, watched = Execution(asked), Execution(asked)
    chronicle, world = Chronicle(), watched.world

    def look(_: Any = None) -> None:
        views = current_views(world)
        chronicle.read(world, views)
        for node in ("model-A", "model-B", "model-C", "forum", "people-1"):
            card(world, views, node, chronicle.once)
        falsehoods(world, views)
        item_story(world, views, "birds", views["birds"].domain.items[3])
        generations(world, "pictures")

    look()
    watched.advance(between=look)
    alone.advance()
    one, other = alone.result(), watched.result()
    for table in ("metrics", "agents", "items", "samples", "nodes", "edges"):
        assert same_table(getattr(one, table), getattr(other, table)), table
    for name, stock in alone.world.stocks.items():
        assert stock.voices.tobytes() == world.stocks[name].voices.tobytes()
        assert stock.cells.tobytes() == world.stocks[name].cells.tobytes()


def test_views_of_the_latest_row_are_used_again_and_others_made_anew() -> None:
    world = build(scenario((), steps=4, measure_every=2))
    assert current_views(world) is world.datacollector.views
    world.step()
    fresh = current_views(world)
    assert fresh["birds"].step == 1 and isinstance(fresh["birds"], View)
    assert fresh["birds"] is not world.datacollector.views["birds"]
    world.step()
    assert current_views(world) is world.datacollector.views

"""Watched claims: whose documents stand, who took what from whom, and how much is remembered."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosystem.actors import Actors
from ecosystem.claim import Claim
from ecosystem.claim_watch import ClaimWatch
from ecosystem.corpus import Corpus, Counts
from ecosystem.descent import NEGLIGIBLE
from ecosystem.ecosystem import Ecosystem
from ecosystem.policies.policy import Lesson, Policy
from scenarios.build import build
from tests.ecosystem.small import DOMAIN, ENDLESS, human, scenario
from tests.theory.verdict import holds

CLAIM = Claim(DOMAIN, "item 1", "wrong 1")
ONE = {DOMAIN: {"kind": "encyclopedia", "weights": [1], "wrong_values": 1}}
TABLES = Path(__file__).parent.parent / "properties"


def watched(steps: int, claim: Claim = CLAIM, **fields: Any) -> tuple[Ecosystem, ClaimWatch]:
    """A quiet world after some steps, and the watch on its one claim."""
    world = build(scenario(TABLES, **({"domains": ONE} | fields)), claims=[claim])
    watch = world.stocks[DOMAIN].watch
    assert watch is not None
    for _ in range(steps):
        world.step()
    return world, watch


def parrot(name: str, false: float = 1.0, **fields: Any) -> dict[str, Any]:
    """A model that never learns and is wrong in a share of what it writes."""
    start = {"kind": "given", "false": false}
    return {"name": name, "start": start, "every": 10**6, "diet": {"n": 1}, **fields}


def learner(name: str = "m", **fields: Any) -> dict[str, Any]:
    return {"name": name, "start": "truth", "volume": 0, "diet": {"n": 50}, **fields}


def standing(watch: ClaimWatch) -> dict[str, dict[str, float]]:
    """Documents asserting the claim by shelf and author."""
    descent, stock = watch.descents[0], watch.stock
    authors = descent.events()["author"]
    return {
        stock.key(row): dict(zip(authors[events], documents.tolist(), strict=True))
        for row, (events, documents) in descent.copies.items()
    }


def by(events: pd.DataFrame, author: str) -> list[tuple[str, str, str]]:
    """Kind, source and site of an author's events."""
    own = events[events["author"].str.partition("-")[0] == author]
    return list(zip(own["kind"], own["source"], own["site"], strict=True))


# ---------------------------------------------------------------------- documents


def test_documents_of_exact_volumes_are_their_authors_own() -> None:
    writes = {"writes": {"web-site": 1}}
    models = [parrot("a", volume=4, **writes), parrot("b", 0.5, volume=4, **writes)]
    site = {"name": "web-site", "retention": "latest", "volume": "exact"}
    world, watch = watched(0, sites=[site], models=models)
    others = set()
    for _ in range(12):
        world.step()
        found = standing(watch)["web-site/model"]
        assert found.pop("a") == 4  # not its expected part of them all
        others.add(found.get("b", 0.0))
    assert len(others) > 2


def test_poisson_documents_are_split_by_volume_times_voice() -> None:
    writes = {"writes": {"web-site": 1}}
    models = [parrot("a", volume=600, **writes), parrot("b", 0.25, volume=800, **writes)]
    site = {"name": "web-site", "count": 200, "retention": "latest"}
    _, watch = watched(1, sites=[site], models=models)
    found = pd.DataFrame(standing(watch)).T.fillna(0.0)
    assert len(found) > 150 and (found % 1 == 0).all(axis=None)
    holds("three to one", 7, {"a - 3 b": ((found["a"] - 3 * found["b"]).to_numpy(), 0.0)})


def test_unlimited_documents_of_a_site_with_topics_are_those_each_author_writes_there() -> None:
    table = {DOMAIN: {"kind": "encyclopedia", "table": "plants.csv", "wrong_values": 1}}
    site = {"name": "web-site", **ENDLESS, "topics": {DOMAIN: {"wood": 5, "bog": 0.2}}}
    first = build(scenario(TABLES, domains=table)).domains[DOMAIN]
    item = int(np.flatnonzero(first.fallible)[0])
    claim = Claim(DOMAIN, first.items[item], first.label(item, 1))
    topics = [1.0] * len(first.items), [1.0 + (i == item) for i in range(len(first.items))]
    models = [
        parrot(name, false, volume=10, writes={"web-site": 1})
        | {"start": {"kind": "given", "false": false, "topics": {DOMAIN: list(own)}}}
        for name, false, own in (("a", 1.0, topics[0]), ("b", 0.5, topics[1]))
    ]
    _, watch = watched(1, claim, domains=table, sites=[site], models=models)
    profile = first.tilt({"wood": 5, "bog": 0.2})
    expected = {
        name: 10 * false * profile[item] * own[item] / (profile @ np.array(own))
        for name, false, own in (("a", 1.0, topics[0]), ("b", 0.5, topics[1]))
    }
    assert standing(watch)["web-site/model"] == pytest.approx(expected)


@pytest.mark.parametrize("marked", [False, True])
def test_who_leaves_and_who_gets_a_mark_is_drawn_among_the_documents(marked: bool) -> None:
    """Of 16 and 4 documents a site; what is left is four to one, and not always."""
    sites = {"name": "web-site", "count": 200, "volume": "exact"}
    sites |= {} if marked else {"retention": {"half_life": 1}}
    models = [
        parrot(name, volume=200 * each, writes={"web-site": 1}, leave=2)
        for name, each in (("a", 16), ("b", 4))
    ]
    policies = [{"kind": "detector", "start": 2, "hit": 0.5}] if marked else []
    _, watch = watched(2, sites=[sites], models=models, policies=policies)
    shelves = {name: each for name, each in standing(watch).items() if "+" in name or not marked}
    found = pd.DataFrame(shelves).T.fillna(0.0)
    assert len(found) == 200 and found.sum(axis=None) < 0.6 * 200 * 20
    apart = (found["a"] - 4 * found["b"]).to_numpy()
    holds("four to one", 7, {"a - 4 b": (apart, 0.0)})
    assert apart.std() > 2 and (found % 1 == 0).all(axis=None)


def test_what_is_published_at_once_with_several_marks_keeps_its_authors() -> None:
    site = {"name": "web-site", "volume": "exact", "retention": "latest"}
    models = [parrot(name, volume=40, writes={"web-site": 1}) for name in ("a", "b")]
    policies = [{"kind": "detector", "hit": 0.5}]
    _, watch = watched(1, sites=[site], models=models, policies=policies)
    found = standing(watch)
    assert len(found) == 2
    for name in ("a", "b"):
        assert sum(each[name] for each in found.values()) == 40


def test_what_has_faded_to_next_to_nothing_is_dropped() -> None:
    site = {"name": "web-site", "retention": {"half_life": 0.1}, "documents": "unlimited"}
    models = [
        parrot("a", volume=5, writes={"web-site": 1}, leave=2),
        parrot("b", volume=5, writes={"web-site": 1}),
    ]
    world, watch = watched(2, sites=[site], models=models)
    assert set(standing(watch)["web-site/model"]) == {"a", "b"}
    for _ in range(3):
        world.step()
    assert NEGLIGIBLE > 2.0**-40
    assert set(standing(watch)["web-site/model"]) == {"b"}


def test_what_is_remembered_does_not_grow_with_the_run() -> None:
    """Documents by shelf and event: as many in steps 60 to 80 as in steps 20 to 40."""
    site = {"name": "web-site", "count": 3, "retention": {"half_life": 2}}
    models = [
        learner(
            "m", count=4, volume=30, writes={"web-site": 1}, start={"kind": "given", "false": 0.5}
        )
    ]
    world, watch = watched(0, sites=[site], models=models)
    sizes = []
    for _ in range(80):
        world.step()
        sizes.append(sum(events.size for events, _ in watch.descents[0].copies.values()))
    early, late = np.mean(sizes[20:40]), np.mean(sizes[60:80])
    assert late < 1.2 * early and early > 20
    assert len(watch.events()) > 250


# ---------------------------------------------------------------------- who from whom


def test_a_community_is_one_event_from_its_first_wrong_document_on() -> None:
    people = [human(name, error=0.5, volume=20, writes={"web-site": 1}) for name in ("x", "y")]
    people[1]["volume"] = {"kind": "table", "steps": [2, 3], "values": [0, 20]}
    _, watch = watched(5, humans=people, models=[parrot("a", 0.0, volume=0)])
    events = watch.events()
    assert by(events, "x") == by(events, "y") == [("human error", "", "")]
    assert events.set_index("author")["step"].to_dict() == {"x": 1, "y": 3}
    assert (events["share"] == 0.5).all() and (events["generation"] == -1).all()
    assert sum(standing(watch)["web-site/human"].values()) == events["documents"].sum()


def test_text_passed_off_as_human_is_its_models() -> None:
    people = [human(volume=50, passed_off=1, writes={"web-site": 1})]
    _, watch = watched(1, humans=people, models=[parrot("a", volume=10)])
    assert standing(watch)["web-site/model"].keys() == {"a"}


def test_a_start_is_the_humans_error_or_an_origin() -> None:
    people = [
        human(name, error=error, volume=10, writes={"web-site": 1})
        for name, error in (("x", 0.0), ("y", 1.0))
    ]
    models = [
        learner("true"),
        learner("fitted", start={"kind": "fitted", "documents": 40}),
        parrot("told", 0.5),
        learner("noise", start={"kind": "dirichlet", "concentration": 1}),
    ]
    events = watched(0, humans=people, models=models)[1].events()
    assert by(events, "true") == [("start", "y", "")]
    assert by(events, "fitted") == [("read", "y", "")]
    assert by(events, "told") == [("start", "", "")]
    assert by(events, "noise") == []
    shares = events.set_index("author")["share"]
    assert shares["true"] == 0.5 and shares["told"] == 0.5
    assert (events["step"] == 0).all()


def test_a_start_has_its_error_from_communities_by_what_each_writes_wrong() -> None:
    """Ten documents of which half are wrong, and sixty of which a quarter are."""
    people = [
        human(name, error=error, volume=volume, writes={"web-site": 1})
        for name, error, volume in (("x", 0.5, 10), ("y", 0.25, 60))
    ]
    fitted = {"kind": "fitted", "documents": 40}
    models = [learner("true", count=100), learner("fitted", count=100, start=fitted)]
    events = watched(0, humans=people, models=models)[1].events()
    family = {}
    for name in ("true", "fitted"):
        sources = np.array([source for _, source, _ in by(events, name)])
        assert sources.size == 100
        family[name] = ((sources == "x") * 1.0, 0.25)
    holds("by what is wrong", 7, family)


def test_a_reader_is_told_which_document_it_read_where() -> None:
    sites = [{"name": "x"}, {"name": "y", "open": False}]
    models = [
        parrot("a", volume=9, writes={"x": 1}),
        parrot("b", volume=9, writes={"y": 1}),
        learner("m", diet={"n": 4, "takes": [{"source": "y", "share": 1}]}),
    ]
    events = watched(1, sites=sites, models=models)[1].events()
    assert by(events, "m") == [("read", "b", "y")]


def test_a_model_that_keeps_its_former_self_has_it_from_there() -> None:
    models = [
        parrot("a", 0.0, volume=9, writes={"web-site": 1}),
        learner("m", start={"kind": "given", "false": 0.5}, learner=_learner(inertia=0.5)),
    ]
    events = watched(3, models=models)[1].events()
    assert by(events, "m") == [("start", "", ""), *[("kept", "m", "")] * 3]
    own = events[events["author"] == "m"]
    assert own["parent"].tolist() == [-1, 0, 1, 2] and own["until"].tolist() == [1, 2, 3, -1]
    assert own["share"].tolist() == [0.5, 0.25, 0.125, 0.0625]
    assert (own["origin"] == 0).all()


def test_what_is_not_read_about_any_more_is_kept_where_nothing_is_ever_invented() -> None:
    """The model reads of item 2 alone; additive smoothing still has it speak of item 1."""
    two = {DOMAIN: {"kind": "encyclopedia", "weights": [1, 1], "wrong_values": 1}}
    options = _learner(hallucination="never", estimator="additive")
    models = [
        parrot("a", 0.0, volume=9, writes={"web-site": 1}),
        learner("m", start={"kind": "given", "false": 1.0}, learner=options),
    ]
    models[0]["start"]["topics"] = {DOMAIN: [0.0, 1.0]}
    events = watched(2, domains=two, models=models)[1].events()
    assert by(events, "m") == [("start", "", ""), ("kept", "m", ""), ("kept", "m", "")]


def test_what_decoding_drops_is_no_event_but_not_forgotten() -> None:
    """Begun with .3, dropped by top-p; then half kept, half read: some have it from the start."""
    models = [
        parrot("a", volume=9, writes={"web-site": 1}),
        learner(
            "m",
            count=60,
            start={"kind": "given", "false": 0.3},
            learner=_learner(inertia=0.5),
            decoding={"claim_top_p": 0.6},
        ),
    ]
    world, watch = watched(0, models=models)
    assert by(watch.events(), "m") == []
    world.step()
    found = by(watch.events(), "m")
    kinds = [kind for kind, _, _ in found]
    assert len(found) == 60 and set(kinds) == {"start", "read"}
    holds("kept or read", 7, {"kept": (np.array([kind == "start" for kind in kinds]), 0.15 / 0.65)})


def test_what_is_invented_is_an_origin() -> None:
    options = _learner(hallucination="constant", floor=1.0)
    models = [parrot("a", 0.0, volume=9, writes={"web-site": 1}), learner("m", learner=options)]
    events = watched(2, models=models)[1].events()
    assert by(events, "m") == [("invented", "", "")] * 2
    assert (events["parent"] == -1).all()


class _Teacher(Policy):
    kind = "teacher"

    def teach(self, corpus: Corpus, lesson: Lesson) -> Corpus:
        assert isinstance(corpus, Counts)
        return Counts(np.array([[0.0, 9.0]]))


@pytest.mark.parametrize("diet", [{"n": 50}, {"takes": [{"k": 50}]}])
def test_what_a_policy_taught_is_an_origin_of_its_own(diet: dict[str, Any]) -> None:
    models = [parrot("a", 0.0, volume=9, writes={"web-site": 1}), learner("m", diet=diet)]
    world, watch = watched(0, models=models)
    world.policies.append(_Teacher().bind(world.draws, Actors(models=("a", "m"))))
    world.step()
    assert by(watch.events(), "m") == [("brought in", "", "")]


def test_a_community_that_asks_models_has_it_from_them() -> None:
    people = [human(volume=20, error=0.2, writes={"web-site": 1}, shortcut={"cost": 1e6})]
    models = [parrot(name, volume=0) for name in ("a", "b")]
    world, watch = watched(6, humans=people, models=models)
    events = watch.events()
    own = events[events["author"] == "people"]
    assert world.agents[0].relies[DOMAIN] == 1
    learnt = own[own["kind"] == "learnt"]
    assert len(learnt) >= 5 and set(learnt["source"]) == {"a", "b"}
    assert (events["author"].to_numpy()[learnt["parent"]] == learnt["source"].to_numpy()).all()
    assert own["until"].tolist()[-1] == -1 and (own["until"].iloc[:-1] > 0).all()


def test_a_community_has_it_from_models_by_their_part_in_what_it_writes() -> None:
    """Half of it is its own, wrong in a fifth; half is of two models, wrong in all and in half."""
    people = [human(volume=20, error=0.2, writes={"web-site": 1})]
    models = [parrot("a", volume=0), parrot("b", 0.5, volume=0)]
    _, watch = watched(1, humans=people, models=models)
    descent, own = watch.descents[0], 0.5 * watch.stock.voices[0]
    for step in range(2, 800):
        watch.learn(0, step, own, 0.25, [1, 2])
        descent.publish(0, np.array([0]), np.ones(1), step)
    begun = descent.events().set_index("event").loc[1:]  # 0 is its own error
    sources = begun[begun["kind"] == "learnt"]["source"]
    family = {
        name: (np.arange(798) < (sources == name).sum(), share)
        for name, share in (("a", 0.25 / 0.475), ("b", 0.125 / 0.475))
    }
    holds("learnt from", 7, {name: (hit * 1.0, share) for name, (hit, share) in family.items()})
    errors = descent.events()[descent.events()["kind"] == "human error"]
    assert errors["author"].tolist() == ["people"] and errors["documents"].iloc[0] > 100


def test_a_learner_that_cannot_tell_made_up_what_it_did_not_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It read one wrong document in four and writes all wrong: three in four are its own."""
    from agents.learners.frequencies import Frequencies

    def silent(self: Any, learner: Any) -> None:
        learner.asked = None

    def all_wrong(cls: Any, learners: Any, corpora: Any, streams: Any, speak: Any) -> None:
        for i, _ in enumerate(learners):
            speak(i, np.array([[0.0, 1.0]]))

    monkeypatch.setattr(ClaimWatch, "ask", silent)
    monkeypatch.setattr(Frequencies, "fit_together", classmethod(all_wrong))
    site = {"name": "web-site", "volume": "exact"}
    models = [
        parrot("a", 1.0, volume=1, writes={"web-site": 1}),
        parrot("b", 0.0, volume=3, writes={"web-site": 1}),
        learner("m", count=100, diet={"takes": [{"all": True}]}),
    ]
    events = watched(1, sites=[site], models=models)[1].events()
    kinds = [kind for kind, _, _ in by(events, "m")]
    assert len(kinds) == 100 and set(kinds) == {"invented", "read"}
    holds("made up", 7, {"invented": (np.array([k == "invented" for k in kinds]) * 1.0, 0.75)})


def test_documents_left_out_by_top_p_do_not_weigh_on_where_the_others_stand() -> None:
    """Two sites hold as many wrong documents on the item; one has much of what top-p leaves out."""
    two = {DOMAIN: {"kind": "encyclopedia", "weights": [1, 1], "wrong_values": 1}}
    sites = [{"name": name, "volume": "exact"} for name in ("x", "y")]
    models = [
        parrot("a", volume=10, writes={"x": 1}),
        parrot("b", volume=10, writes={"y": 1}),
        parrot("other", 0.0, volume=8, writes={"y": 1}),
        learner("blend", count=120, diet={"n": 5, "top_p": 0.6}),
        learner("takes", count=120, diet={"takes": [{"k": 5}], "top_p": 0.6}),
    ]
    for model, topics in zip(models, ([1, 0], [1, 0], [0, 1]), strict=False):
        model["start"] = model["start"] | {"topics": {DOMAIN: topics}}
    events = watched(1, domains=two, sites=sites, models=models)[1].events()
    family = {}
    for name in ("blend", "takes"):
        sources = np.array([source for _, source, _ in by(events, name)])
        assert sources.size == 120
        family[name] = ((sources == "a") * 1.0, 0.5)
    holds("half of each", 7, family)


def _learner(**options: Any) -> dict[str, Any]:
    return {"kind": "frequencies", **options}


@pytest.mark.parametrize(
    ("item", "value", "said"),
    [
        ("item 9", "wrong 1", "given the item 'item 9', did you mean 'item 1'"),
        ("item 1", "wrong 7", "given the value 'wrong 7' of 'item 1', did you mean 'wrong 1'"),
        ("item 1", "true", "which is true, allowed a wrong value, such as 'wrong 1'"),
    ],
)
def test_a_claim_that_cannot_be_made_is_refused(item: str, value: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        watched(0, Claim(DOMAIN, item, value))

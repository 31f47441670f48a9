"""Runs again with a blocklist: what is predicted is what happens where nothing else can change."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from analysis.ancestry import Ancestry
from analysis.answers.block import told
from analysis.contamination import error_load, population
from analysis.listed import What, listed
from analysis.renormalised import renormalised
from analysis.run import Run
from scenarios.counterfactual import rerun, takes, what_would_have_stopped
from scenarios.scenario import Scenario

Small = Callable[..., Scenario]
PAGES = {"documents": "unlimited", "retention": {"half_life": 2}}
LEARNER = {"kind": "frequencies", "hallucination": "constant", "inertia": 0.2}


def fixed() -> Scenario:
    """A world in which text of other authors changes nothing but shares.

    Documents are unlimited, so that none is left to chance; everybody makes up what it makes up,
    whatever it reads; what a model reads, keeps and writes is given.
    """
    return Scenario.parse(
        {
            "name": "fixed",
            "steps": 7,
            "domains": {"facts": {"kind": "encyclopedia", "zipf": {"items": 6}, "wrong_values": 2}},
            "web": {"eta": 0.5},
            "sites": [
                {"name": "forum", "count": 2, "start": "stationary", **PAGES},
                {"name": "farm", "count": 2, "attention": 0.3, **PAGES},
                {"name": "blog", "open": False, **PAGES},
            ],
            "humans": [
                {"name": "people", "count": 2, "volume": 50, "writes": {"forum-{i}": 1}},
                {"name": "shop", "volume": 20, "writes": {"farm-1": 1}, "passed_off": 0.5},
            ],
            "models": [
                _model("a", 0.02, 40, {"farm": 1}),
                _model("b", 0.08, 20, {"farm-1": 1, "forum": 0.3}),
                _model(
                    "c",
                    0.04,
                    30,
                    {"forum-2": 1},
                    {
                        "n": 5000,
                        "takes": [
                            {"source": "forum", "share": 0.3},
                            {"source": "farm", "share": 0.7},
                        ],
                    },
                ),
                _model("d", 0.3, 30, {"blog": 1}, _only("farm")),
                _model("e", 0.01, 0, {}, _only("blog"), every=2),
            ],
        }
    )


def _only(source: str) -> dict[str, Any]:
    return {"n": 5000, "takes": [{"source": source, "share": 1}]}


def _model(
    name: str, floor: float, volume: float, writes: Any, diet: Any = None, **other: Any
) -> dict[str, Any]:
    learner = {**LEARNER, "floor": floor}
    diet = diet or {"n": 5000}
    return {
        "name": name,
        "volume": volume,
        "writes": writes,
        "diet": diet,
        "learner": learner,
        **other,
    }


@pytest.fixture(scope="module")
def run() -> Run:
    return fixed().run()


LISTS: list[tuple[What, list[str], dict[str, Any]]] = [
    ("models", [], {}),
    ("models", ["b"], {}),
    ("models", ["a", "b", "c"], {}),
    ("models", ["b", "d"], {"readers": ["c", "e"]}),
    ("models", ["b"], {"start": 4}),
    ("communities", ["people-2", "shop"], {}),
    ("sites", ["farm-1"], {}),
    ("sites", ["farm-1", "farm-2"], {"readers": ["c"]}),
    ("sites", ["forum-1", "farm-1", "farm-2", "blog"], {"start": 3}),
]


@pytest.mark.parametrize(("what", "names", "options"), LISTS, ids=str)
def test_where_only_shares_change_the_prediction_is_what_happens(
    run: Run, what: What, names: list[str], options: dict[str, Any]
) -> None:
    ancestry = Ancestry(run, "facts")
    web = listed(ancestry, what, error_load(ancestry), takes=takes(fixed(), "facts"), **options)
    predicted = renormalised(web, [web.gates.names.index(name) for name in names])
    field = "sites" if what == "sites" else "authors"
    again = Ancestry(rerun(fixed(), run, "facts", {field: names}, **options), "facts")
    load, before = again.error_load(), ancestry.error_load()
    moved = 0.0
    for name in "abcde":
        for step in (0, 1, 4, 7):
            target = ancestry.find(f"{name}@{step}")
            there = load @ again.find(f"{name}@{step}")
            assert web.target(target) @ predicted == pytest.approx(there, rel=1e-9)
            moved = max(moved, abs(there - before @ target))
    assert (moved > 1e-3) == bool(names)


def test_a_model_with_nothing_left_to_read_stays_as_it_was(run: Run) -> None:
    ancestry = Ancestry(run, "facts")
    web = listed(ancestry, "sites", error_load(ancestry), start=3)
    predicted = renormalised(web, [web.gates.names.index("blog")])
    stayed, gone = (ancestry.find(f"e@{step}") for step in (2, 7))
    assert web.target(gone) @ predicted == web.target(stayed) @ predicted
    assert error_load(ancestry).load(ancestry.layers) @ (gone - stayed) != 0


# ---------------------------------------------------------------------- the re-run


def test_a_rerun_draws_as_the_run_did(small: Small) -> None:
    scenario = small(policies=["nothing"])
    run = scenario.run(replicate=3)
    same = rerun(scenario, run, "words", {"authors": []})
    assert same.manifest["replicate"] == 3
    assert [policy["kind"] for policy in same.scenario["policies"]] == ["nothing", "blocklist"]
    assert same.domains == ["words"]
    column = "words.false_share"
    assert same.agents[column].tolist() == run.agents[column].tolist()
    assert set(same.agents) >= {"agent", "step", column}
    assert "words.tail_coverage" not in same.agents


def test_a_rerun_stops_reading_at_its_start_by_those_who_use_the_list(small: Small) -> None:
    scenario = small()
    run = scenario.run()
    told_: list[tuple[int, int]] = []
    again = rerun(
        scenario,
        run,
        "facts",
        {"authors": ["alpha"]},
        ["beta"],
        4,
        lambda *at: told_.append(at),
    )
    listed_ = again.scenario["policies"][-1]
    assert (listed_["start"], listed_["readers"], listed_["authors"]) == (4, ["beta"], ["alpha"])
    assert told_ == [(step, 8) for step in range(1, 9)]


def test_takes_that_reach_different_sites_are_told_apart() -> None:
    scenario = fixed()
    assert takes(scenario, "facts") == {"c": [["forum-1", "forum-2"], ["farm-1", "farm-2"]]}
    overlapping = scenario.with_({"models.2.diet.takes.1.source": "web"})
    assert takes(overlapping, "facts") == {}
    counted = scenario.with_({"models.2.diet.allocation": "quota"})
    assert takes(counted, "facts") == {}  # the ledger keeps these
    shut = scenario.with_({"sites.0.readers": ["a", "b"], "models.2.diet.takes.0.source": "blog"})
    assert takes(shut, "facts") == {"c": [["blog"], ["farm-1", "farm-2"]]}


# ---------------------------------------------------------------------- the whole answer


def test_an_answer_says_what_is_predicted_and_what_happens(run: Run) -> None:
    found = what_would_have_stopped(run, fixed(), "facts", 2, "c@7")
    json.dumps(found, allow_nan=False)
    ancestry = Ancestry(run, "facts")
    whole = float(ancestry.error_load() @ ancestry.find("c@7"))
    assert found["contamination"] == pytest.approx(whole)
    assert (found["measure"], found["readers"], found["start"]) == ("error load", None, 1)
    assert found["removed"] == pytest.approx(sum(p["removed"] for p in found["picks"]))
    assert found["predicted"] == found["picks"][-1]["predicted"]
    assert found["rerun"]["contamination"] == pytest.approx(found["predicted"], rel=1e-9)
    names = [pick["name"] for pick in found["picks"]]
    again = rerun(fixed(), run, "facts", {"authors": names})
    shares = [r.agents.set_index(["agent", "step"])["facts.false_share"] for r in (run, again)]
    assert found["false_share"] == shares[0]["c", 7]
    assert found["rerun"]["false_share"] == shares[1]["c", 7]
    assert found["refilled"][0]["predicted"] <= found["picks"][0]["predicted"]
    assert max(found["rivals"].values()) <= found["removed"] + 1e-12
    text = told(found)
    assert text.startswith(f"c@7 (facts): error load {whole:.4g}\n")
    for name in names:
        assert f"\n  {name} " in text
    assert "Run again without them" in text
    assert f"Chosen by what is left: {found['refilled'][0]['name']}" in text
    assert "nobody reads them from step 1 on" in text


def test_all_models_are_the_target_where_none_is_given(run: Run) -> None:
    found = what_would_have_stopped(run, fixed(), "facts", 1, what="sites")
    ancestry = Ancestry(run, "facts")
    mean = float(ancestry.error_load() @ population(ancestry))
    assert found["target"] == "all models"
    assert found["contamination"] == pytest.approx(mean)
    last = run.agents[run.agents["step"] == 7]
    assert found["false_share"] == pytest.approx(last["facts.false_share"].mean())
    assert found["rerun"]["contamination"] == pytest.approx(found["predicted"], rel=1e-9)


def test_only_the_readers_of_a_list_are_protected(run: Run) -> None:
    found = what_would_have_stopped(run, fixed(), "facts", 1, "c@7", readers=["c"])
    assert found["readers"] == ["c"]
    assert found["rerun"]["contamination"] == pytest.approx(found["predicted"], rel=1e-9)
    everybody = what_would_have_stopped(run, fixed(), "facts", 1, "c@7")
    assert found["removed"] < everybody["removed"]
    assert "c no longer read them" in told(found)


def test_single_nodes_are_predicted_only(run: Run) -> None:
    found = what_would_have_stopped(run, fixed(), "facts", 1, "c@7", "nodes")
    assert found["rerun"] is None
    assert "@" in found["picks"][0]["name"]
    assert "Run again" not in told(found)


def test_where_nobody_makes_anything_up_ancestry_is_what_is_lost() -> None:
    honest = fixed().with_({"models.*.learner.floor": 0, "humans.*.error": 0})
    run = honest.run()
    found = what_would_have_stopped(run, honest, "facts", 1, "c@7")
    assert found["measure"].startswith("loss of human ancestry")
    ancestry = Ancestry(run, "facts")
    lost = 1 - ancestry.human_ancestry(0.9) @ ancestry.find("c@7")
    assert found["contamination"] == pytest.approx(lost)
    assert found["rerun"]["contamination"] == pytest.approx(found["predicted"], rel=1e-9)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"k": 0}, "block: given 0, allowed 1 to 4"),
        ({"k": -2}, "block: given -2, allowed 1 to 4"),
        ({"k": 99}, "block: given 99, allowed 1 to 4"),
        ({"target": "f@7"}, "target: given 'f'"),
        ({"target": "c@8"}, "target: given 'c@8'"),
        ({"domain": "fact"}, "domain: given 'fact'"),
        ({"what": "papers"}, "what: given 'papers', allowed models, communities, sites, nodes"),
        ({"readers": ["f"]}, "readers: given 'f'"),
        ({"target": "people-1"}, "block: given a target of whose contamination nothing comes"),
    ],
)
def test_bad_input_is_said_in_a_sentence(run: Run, given: dict[str, Any], said: str) -> None:
    asked: dict[str, Any] = {"domain": "facts", "k": 1, "target": "c@7", **given}
    with pytest.raises(ValueError, match="^" + said):
        what_would_have_stopped(run, fixed(), **asked)

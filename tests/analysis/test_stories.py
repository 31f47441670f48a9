"""Stories of falsehoods: which are told, and that their sentences say what the tables say."""

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from analysis import lineage
from analysis.answers.claim import answer, told
from analysis.falsehoods import most_successful
from analysis.prevalence import PREVALENCE
from analysis.run import Run
from analysis.stories import stories, story
from ecosystem.descent import EVENTS, typed
from scenarios.scenario import Scenario
from tests.conftest import small_world

CLAIM = {"domain": "d", "item": "Ulm", "value": "1850", "truth": "1840"}
DATES = ["2023-01-31", "2023-02-28", "2023-03-31", "2023-04-30"]


def toy(events: list[dict[str, Any]], **prevalence: list[float]) -> Run:
    """A run of four months in which one falsehood was traced."""
    given: dict[str, list[Any]] = {name: [] for name in EVENTS}
    for number, row in enumerate(events):
        parent = row.get("parent", -1)
        blank = {name: ("" if kind == "str" else -1) for name, kind in EVENTS.items()}
        origin = number if parent < 0 else given["origin"][parent]
        ours = {"event": number, "parent": parent, "origin": origin, "share": 0.5, "documents": 0}
        for name, value in (blank | ours | CLAIM | row).items():
            given[name].append(value)
    rows = {name: [CLAIM.get(name, 0)] * len(DATES) for name in PREVALENCE}
    rows |= {"step": list(range(len(DATES))), "present": [4] * len(DATES)}
    held = zip(prevalence["documents"], prevalence["on_item"], strict=True)
    share = {"share": [documents / on_item for documents, on_item in held]}
    calendar = {"calendar": {"unit": "month"}, "name": "toy", "domains": {"d": {}}}
    return Run(
        calendar,
        {},
        pd.DataFrame({"step": rows["step"], "date": DATES}),
        pd.DataFrame(),
        claims=typed(EVENTS, given),
        prevalence=typed(PREVALENCE, rows | share | prevalence),
    )


def model(author: str, kind: str, step: int, **fields: Any) -> dict[str, Any]:
    return {"author": author, "kind": kind, "step": step, "generation": 1, **fields}


def sentence(run: Run) -> str:
    return story(run, "d", "Ulm", "1850").sentence


def test_one_origin_that_spreads_to_the_end() -> None:
    run = toy(
        [model("B", "invented", 1, documents=3), model("C", "read", 2, parent=0, documents=4)],
        documents=[0, 1, 4, 6],
        on_item=[8, 8, 8, 8],
        asserting=[0, 1, 2, 3],
        origins=[0, 1, 1, 1],
    )
    assert sentence(run) == (
        "Ulm, 1850 (in truth 1840): B made it up in February 2023, and all documents that ever "
        "said so go back to that; in April 2023 6 of 8 documents on it say so (75 %); asserted by "
        "3 of 4 models at the end."
    )


def test_a_human_error_that_died_out() -> None:
    folk = {"author": "folk", "kind": "human error", "step": 0, "documents": 2}
    run = toy(
        [folk, model("C", "read", 1, parent=0)],
        documents=[1, 2, 1, 0],
        on_item=[4, 4, 4, 4],
        asserting=[0, 2, 1, 0],
        origins=[1, 1, 1, 0],
    )
    assert sentence(run) == (
        "Ulm, 1850 (in truth 1840): folk wrote it by mistake at the start, and all documents that "
        "ever said so go back to that; at its peak, in February 2023, 2 of 4 documents on it said "
        "so (50 %), and after March 2023 none did; asserted by none of 4 models at the end, down "
        "from 2 in February 2023."
    )


def test_several_origins_of_which_a_later_one_is_the_largest() -> None:
    run = toy(
        [
            model("A", "start", 0, documents=0),
            model("A", "kept", 1, parent=0, documents=1),
            model("B", "invented", 2, documents=3),
            model("C", "invented", 1, documents=0),
        ],
        documents=[0, 0, 1, 3],
        on_item=[8, 8, 8, 8],
        asserting=[0, 4, 4, 4],
        origins=[0, 0, 1, 2],
    )
    assert sentence(run) == (
        "Ulm, 1850 (in truth 1840): A was begun with it first, at the start, but the largest part "
        "of it (75 %) began when B made it up in March 2023; in April 2023 3 of 8 documents on it "
        "say so (37.5 %); all of 4 models assert it since February 2023."
    )


def test_several_origins_of_which_the_first_is_the_largest() -> None:
    run = toy(
        [
            model("A", "brought in", 1, documents=3),
            model("B", "invented", 2, documents=1),
            model("C", "invented", 2, documents=0),
        ],
        documents=[0, 0, 4, 2],
        on_item=[0.5, 8, 8, 8],
        asserting=[0, 0, 1, 1],
        origins=[0, 0, 2, 1],
    )
    assert sentence(run) == (
        "Ulm, 1850 (in truth 1840): a policy taught it to A in February 2023, and 75 % of all "
        "documents that ever said so go back to that (1 other source); at its peak, in March "
        "2023, 4 of 8 documents on it said so (50 %), and at the end 25 % do; asserted by 1 of 4 "
        "models at the end."
    )


def test_a_falsehood_that_nobody_published_or_held_for_the_likeliest() -> None:
    run = toy(
        [model("B", "invented", 1)],
        documents=[0, 0, 0, 0],
        on_item=[8, 8, 8, 8],
    )
    assert sentence(run) == (
        "Ulm, 1850 (in truth 1840): B made it up in February 2023, but nobody ever published it; "
        "no model ever held it for the likeliest."
    )
    assert "1 of" not in sentence(run)


def test_a_falsehood_that_was_not_traced_or_that_nobody_asserted_has_no_story() -> None:
    run = toy([model("B", "invented", 1)], documents=[0] * 4, on_item=[1] * 4)
    with pytest.raises(ValueError, match="given d:Ulm=1860, allowed one that was traced"):
        story(run, "d", "Ulm", "1860")
    with pytest.raises(ValueError, match="allowed one that somebody ever asserted"):
        story(replace(run, claims=run.claims[:0]), "d", "Ulm", "1850")


# ---------------------------------------------------------------------- of a real run


@pytest.fixture(scope="module")
def run() -> Run:
    return Scenario.parse(small_world()).run()


def test_the_most_successful_are_asserted_by_the_largest_share_of_models(run: Run) -> None:
    """Counted again, row by row."""
    found = most_successful(run, 1000)
    rows = run.items[run.items["domain"] == "facts"]
    present = run.agents.groupby("step")["facts.documents"].count()
    models: dict[tuple[str, str], float] = {}
    web: dict[tuple[str, str], float] = {}
    for row in rows.itertuples():
        if row.models_say and row.models_say != row.truth:
            key = row.item, row.models_say
            models[key] = models.get(key, 0) + row.models_agreeing / present[row.step] / 9
        if row.web_says and row.web_says != row.truth:
            key = row.item, row.web_says
            web[key] = web.get(key, 0) + row.web_false / row.web_documents / 9
    assert set(zip(found["item"], found["value"], strict=True)) == models.keys() | web.keys()
    keys = list(zip(found["item"], found["value"], strict=True))
    assert found["models"].tolist() == pytest.approx([models.get(key, 0) for key in keys])
    assert found["web"].tolist() == pytest.approx([web.get(key, 0) for key in keys])
    assert keys == sorted(keys, key=lambda key: (-models.get(key, 0), -web.get(key, 0)))
    assert (found["domain"] == "facts").all()
    assert most_successful(run, 3).equals(found[:3])


def test_a_run_tells_the_stories_of_its_most_successful_in_their_order(run: Run) -> None:
    every = stories(run, 1000)
    best = most_successful(run, 10)
    assert [each.item for each in every] == best["item"].tolist()
    assert [each.value for each in every] == best["value"].tolist()
    assert stories(run, 2) == every[:2]
    for each in every:
        assert each.sentence.startswith(f"{each.item}, {each.value} (in truth true): ")
    assert stories(replace(run, claims=pd.DataFrame()), 2) == []


def test_the_figures_of_a_story_are_those_of_the_tables(run: Run) -> None:
    for each in stories(run):
        events = lineage.of_claim(run.claims, each.domain, each.item, each.value)
        rows = lineage.of_claim(run.prevalence, each.domain, each.item, each.value)
        written = events.groupby("origin")["documents"].sum()
        assert written[events.index[events["origin"] == written.idxmax()][0]] == written.max()
        assert each.part == pytest.approx(written.max() / written.sum())
        assert each.origins == (written >= 1 - 1e-9).sum()
        assert each.peak_share == rows["share"].max() and each.events == len(events)
        assert each.end_share == rows["share"].iloc[-1] or rows["on_item"].iloc[-1] == 0
        assert (each.asserting, each.present) == tuple(rows[["asserting", "present"]].iloc[-1])
        assert each.most_asserting == rows["asserting"].max()


def test_the_answer_is_plain_data_and_is_told_in_words(run: Run) -> None:
    for each in stories(run):
        found = answer(run, each.domain, each.item, each.value)
        json.dumps(found, allow_nan=False)
        assert found["claim"]["truth"] == "true" and found["sentence"] == each.sentence
        assert sum(line["documents"] for line in found["lines"]) == pytest.approx(
            run.claims[(run.claims["item"] == each.item) & (run.claims["value"] == each.value)][
                "documents"
            ].sum()
        )
        shares = [row["share"] for row in found["models"]]
        assert shares == sorted(shares, reverse=True)
        for row in found["models"]:
            for name in ("path", "heaviest_path"):
                assert row[name][0]["kind"] in ("invented", "human error", "start")
                assert row[name][-1]["author"] == row["author"]
            assert row["path"][-1]["share"] == row["share"]
        text = told(found)
        assert text.splitlines()[0] == each.sentence
        assert ("Where the models" in text) == bool(found["models"])


def test_a_path_in_words_names_sites_and_counts_what_was_only_kept() -> None:
    folk = {"author": "folk", "kind": "human error", "step": 0, "documents": 2}
    run = toy(
        [
            folk,
            model("C", "read", 1, parent=0, site="forum", source="folk", until=2),
            model("C", "kept", 2, parent=1, source="C", until=3),
            model("C", "kept", 3, parent=2, source="C"),
            {"author": "aunts", "kind": "learnt", "step": 3, "parent": 3, "source": "C"},
            model("D", "read", 3, parent=4, source="aunts"),
        ],
        documents=[1, 2, 2, 2],
        on_item=[4, 4, 4, 4],
        origins=[1, 1, 1, 1],
    )
    lines = told(answer(run, "d", "Ulm", "1850")).splitlines()
    assert lines[lines.index("  C (50 % of what it writes on it)") + 1 :][:2] == [
        "    folk wrote it by mistake, January 2023",
        "    C read it in a text by folk on forum, February 2023, and kept it for 2 generations",
    ]
    assert lines[-2:] == [
        "    aunts learnt it by asking C, April 2023",
        "    D read it in a text by aunts, April 2023",
    ]
    assert "     100 %  folk wrote it by mistake, January 2023; taken up by 2 models" in lines

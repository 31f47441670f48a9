"""What is said of one target: by hand on a small ledger, and within bounds on a run."""

import json
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from analysis.answers.target import answer, told
from analysis.run import Run
from ecosystem.ledger import EDGES, NODES
from scenarios.scenario import Scenario


def a_run(domains: tuple[str, ...] = ("facts",), steps: int = 2) -> Run:
    """B reads H's forum and A's farm; A read the forum. A makes up a fifth, B a tenth."""
    rows = [
        ("founder", 0, "H", -1, float("inf"), 0.0, ""),
        ("batch", 1, "forum/human", -1, 90.0, 0.0, "forum"),
        ("training", 1, "A", 1, 50.0, 0.2, ""),
        ("batch", 2, "farm/model", -1, 40.0, 0.0, "farm"),
        ("training", 2, "B", 1, 100.0, 0.1, ""),
    ]
    links = [(1, 0, 1.0), (2, 1, 1.0), (3, 2, 1.0), (4, 1, 0.8), (4, 3, 0.2)]
    columns = ["kind", "step", "name", "generation", "documents", "invented", "site"]
    alike = {"law": "pool", "marks": "", "synthetic": None, "kinship": 0.0, "inbreeding": 0.0}
    alike |= {"drift": 0.0, "novel": 0.0}
    nodes = pd.concat(
        [pd.DataFrame(rows, columns=columns).assign(domain=d, **alike) for d in domains],
        ignore_index=True,
    )
    nodes["node"] = nodes.index
    edges = pd.DataFrame(
        [(v + 5 * i, u + 5 * i, w) for i in range(len(domains)) for v, u, w in links],
        columns=EDGES.names,
    )
    return Run(
        scenario={"name": "by hand", "domains": {domain: {} for domain in domains}, "steps": steps},
        manifest={},
        metrics=pd.DataFrame(),
        agents=pd.DataFrame(),
        nodes=pa.Table.from_pandas(nodes, schema=NODES, preserve_index=False),
        edges=pa.Table.from_pandas(edges, schema=EDGES, preserve_index=False),
    )


def by_name(rows: list[dict[str, Any]], column: str) -> Any:
    return pytest.approx({row["name"]: row[column] for row in rows})


def test_every_number_is_that_found_by_hand() -> None:
    found = answer(a_run(), "B@2")["domains"]["facts"]
    assert found["what"] == {
        "kind": "model",
        "name": "B",
        "step": 2,
        "when": "",
        "generation": 1,
        "read": 100.0,
    }
    assert found["direct_human"] == pytest.approx(0.8)
    assert found["human_ancestry"] == pytest.approx(
        {"0.9": 0.72 * 0.9 + 0.144 * 0.81, "0.5": 0.72 * 0.5 + 0.144 * 0.25}
    )
    assert found["error_load"] == pytest.approx(0.1 + 0.9 * 0.2 * 0.2)
    assert found["depth"]["mean"] == pytest.approx(1.18)
    assert found["depth"]["shares"] == pytest.approx([0.0, 0.82, 0.18] + [0.0] * 8)
    assert by_name(found["sources"], "share") == {"H": 0.864, "made up": 0.136}
    assert by_name(found["made_up"], "share") == {"B": 0.1, "A": 0.036}
    assert by_name(found["made_up"], "of_errors") == {"B": 0.1 / 0.136, "A": 0.036 / 0.136}
    assert [row["generation"] for row in found["made_up"]] == [1, 1]
    assert by_name(found["through"]["models"], "share") == {"A": 0.18}
    assert by_name(found["through"]["models"], "of_errors") == {"A": 0.036 / 0.136}
    assert by_name(found["through"]["sites"], "share") == {"forum": 0.864, "farm": 0.18}
    ways = {" > ".join(row["way"]): row["share"] for row in found["ways"]}
    first, second = "A (generation 1)", "B (generation 1)"
    wrong = {f"made up by > {second}": 0.1, f"made up by > {first} > farm > {second}": 0.036}
    assert ways == pytest.approx(
        {
            f"H > forum > {second}": 0.72,
            f"H > forum > {first} > farm > {second}": 0.144,
            **wrong,
        }
    )
    assert found["lines"] == {"count": 4, "share": pytest.approx(1.0)}
    errors = found["errors"]
    assert {" > ".join(row["way"]): row["share"] for row in errors["ways"]} == pytest.approx(wrong)
    assert errors["lines"] == {"count": 2, "share": pytest.approx(0.136)}
    none: dict[str, list[Any]] = {"authors": [], "sites": [], "nodes": []}
    assert found["every_line"] == errors["every_line"] == none


def test_what_every_line_goes_through_is_named() -> None:
    found = answer(a_run(), "farm")["domains"]["facts"]
    assert found["what"] == {"kind": "site", "name": "farm", "step": 2, "when": "", "shelves": 1}
    assert found["every_line"] == {
        "authors": ["A"],
        "sites": [],
        "nodes": [{"name": "A", "kind": "training", "step": 1}],
    }
    assert found["errors"]["every_line"]["authors"] == ["A"]


def test_it_is_told_in_plain_text() -> None:
    assert told(answer(a_run(), "B")).splitlines() == [
        "Where the text of B came from (by hand)",
        "",
        "facts: B, generation 1, trained in step 2 on 100 documents",
        "      80 %  of what it was trained on was written by humans themselves",
        "    76.5 %  human ancestry, were each model to keep 90 % of it (39.6 % with 50 %)",
        "    13.6 %  goes back to something made up on the way",
        "      1.18  models on the way of its text, on average, itself included",
        "            1: 82 %; 2: 18 %",
        "  First written by H 86.4 %, made up 13.6 %",
        "  Its errors were made up by B 73.5 %, A 26.5 %",
        "  Came through the models A 18 % (errors 26.5 %)",
        "  Came through the sites forum 86.4 %, farm 18 % (errors 26.5 %)",
        "  The ways it came:",
        "      72 %  H -> forum -> B (generation 1)",
        "    14.4 %  H -> forum -> A (generation 1) -> farm -> B (generation 1)",
        "      10 %  made up by B (generation 1)",
        "     3.6 %  made up by A (generation 1) -> farm -> B (generation 1)",
        "  The ways its errors came:",
        "      10 %  made up by B (generation 1)",
        "     3.6 %  made up by A (generation 1) -> farm -> B (generation 1)",
        "  No author and no site is on every line: no single cut takes all of it away.",
        "",
        "What it came through does not add up: a document comes through many.",
        "Ways are summed over the 300 heaviest lines: at least so much.",
        "Shares are the chances with which the run drew: a model, not a measurement.",
    ]


def test_of_a_site_it_is_told_what_nothing_gets_past() -> None:
    lines = told(answer(a_run(), "farm@2")).splitlines()
    assert lines[2] == "facts: farm, 1 shelf, latest in step 2"
    assert lines[3] == "       0 %  of its documents were written by humans themselves"
    assert "  Every line goes through A" in lines
    assert "  Every line of an error goes through A" in lines
    assert not any("No author" in line for line in lines)


def test_of_humans_little_is_told() -> None:
    lines = told(answer(a_run(), "H")).splitlines()
    assert lines[2:8] == [
        "facts: H",
        "     100 %  of its documents were written by humans themselves",
        "     100 %  human ancestry, were each model to keep 90 % of it (100 % with 50 %)",
        "       0 %  goes back to something made up on the way",
        "         0  models on the way of its text, on average",
        "            0: 100 %",
    ]


def test_of_many_domains_only_the_measures_are_told() -> None:
    run = a_run(("a", "b", "c", "d"))
    text = told(answer(run, "B"))
    assert "Asked about one domain there is more" in text
    assert "The ways it came" not in text
    assert text.count("written by humans themselves") == 4
    assert "The ways it came" in told(answer(run, "B", "c"))
    assert list(answer(run, "B", "c")["domains"]) == ["c"]


@pytest.fixture(scope="module")
def habsburg() -> Run:
    scenario = Scenario.load("habsburg").only("birds", "history", "pictures")
    return scenario.with_(steps=4).run()


@pytest.mark.parametrize("target", ["model-A@3", "model-B", "forum-2@2", "community-7"])
def test_an_answer_is_plain_data_and_its_text_fits_a_screen(habsburg: Run, target: str) -> None:
    found = answer(habsburg, target)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    domains = {"birds", "history"} if target == "model-B" else {"birds", "history", "pictures"}
    assert set(found["domains"]) == domains
    for each in found["domains"].values():
        assert sum(row["share"] for row in each["sources"]) == pytest.approx(1.0, abs=1e-9)
        assert sum(each["depth"]["shares"]) == pytest.approx(1.0, abs=1e-9)
    text = told(found)
    assert text.count("a model, not a measurement") == 1
    assert len(text.splitlines()) <= 60
    assert max(len(line) for line in text.splitlines()) <= 100
    assert "nan" not in text


def test_dates_are_told_where_a_run_has_them(habsburg: Run) -> None:
    text = told(answer(habsburg, "model-B@3", "birds"))
    assert "birds: model-B, generation 4, trained in step 3 (September 2023) on" in text
    assert "as it started (December 2022) on" in told(answer(habsburg, "model-B@0", "birds"))


def test_a_long_way_is_told_by_its_ends_and_small_classes_together() -> None:
    """Fifteen models in turn, each trained on nothing but the former's page."""
    nodes = pd.DataFrame({"node": range(31), "kind": ["founder"] + ["batch", "training"] * 15})
    turn = (nodes["node"] + 1) // 2
    nodes["name"] = "m-" + turn.astype(str)
    nodes["site"] = ("p-" + turn.astype(str)).where(nodes["kind"] == "batch", "")
    nodes["generation"] = turn.where(nodes["kind"] == "training", -1)
    nodes = nodes.assign(step=turn, domain="facts", documents=1.0)
    nodes = nodes.assign(law="pool", invented=0.0, novel=0.0, marks="", synthetic=None)
    nodes = nodes.assign(kinship=0.0, inbreeding=0.0, drift=0.0)
    chain = {"child": range(1, 31), "parent": range(30), "share": 1.0}
    run = a_run(steps=15)
    run.nodes = pa.Table.from_pandas(nodes, schema=NODES, preserve_index=False)
    run.edges = pa.Table.from_pandas(pd.DataFrame(chain), schema=EDGES, preserve_index=False)
    text = told(answer(run, "m-15"))
    assert "            10 or more: 100 %" in text
    assert "m-0 -> p-1 -> m-1 (generation 1) -> p-2 -> (23 more) -> p-14 -> m-14" in text
    assert (
        "Every line goes through m-0, m-1, m-2, m-3, m-4, m-5, m-6, m-7, m-8, m-9, 20 more" in text
    )


@pytest.mark.parametrize(
    ("target", "domain", "message"),
    [
        ("farms", None, r"^target: given 'farms'; did you mean 'farm'\?$"),
        ("B@3", None, r"^target: given 'B@3', allowed a step up to 2$"),
        ("B@1", None, r"^target: given 'B@1', allowed a step from 2 on, its first$"),
        ("B", "fact", r"^domain: given 'fact'; did you mean 'facts'\?$"),
    ],
)
def test_a_bad_question_gets_one_sentence(target: str, domain: str | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        answer(a_run(), target, domain)


def test_that_it_is_too_early_says_more_than_that_a_domain_lacks_the_name(habsburg: Run) -> None:
    """model-B learns no pictures: of three domains the first is not asked about it."""
    habsburg.scenario["domains"] = {name: {} for name in ("pictures", "birds", "history")}
    with pytest.raises(ValueError, match=r"^target: given 'model-B@9', allowed a step up to 4$"):
        answer(habsburg, "model-B@9")
    with pytest.raises(ValueError, match=r"^target: given 'farm-3@0', allowed a step from 1 on"):
        answer(habsburg, "farm-3@0")

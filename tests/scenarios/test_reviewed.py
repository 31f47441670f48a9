"""What independent reviewers found, held."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios.cli import main
from scenarios.complaints import ScenarioError
from scenarios.execution import Execution
from scenarios.job import Job, execute
from scenarios.scenario import Scenario
from scenarios.store import load, same_table
from tests.conftest import small_world

Make = Callable[..., Scenario]


def test_a_filter_that_hardly_anybody_uses_leaves_what_is_written_as_it_was(small: Make) -> None:
    policy = {"kind": "detector", "compliance": 1e-12, "hit": 0.7, "false_alarm": 0.2}
    plain, marked = Execution(small()), Execution(small({"policies": [policy]}))
    for execution in (plain, marked):
        execution.world.step()
    for name, stock in plain.world.stocks.items():
        other = marked.world.stocks[name]
        assert np.array_equal(stock.human_record, other.human_record)
        assert np.array_equal(stock.published, other.published)
        assert len(other.shelves) > len(stock.shelves)  # though it is split by verdicts


def test_depth_agrees_with_the_ledger_under_inertia() -> None:
    scenario = Scenario.load("wright_fisher").with_(
        {"models.0.learner": {"kind": "frequencies", "inertia": 0.5}, "steps": 8}
    )
    execution = Execution(scenario)
    run = execution.finish()
    assert run.nodes is not None and run.edges is not None
    nodes, edges = run.nodes.to_pandas(), run.edges.to_pandas()
    depth = np.zeros(len(nodes))
    for number, kind in zip(nodes["node"], nodes["kind"], strict=True):
        parents = edges[edges["child"] == number]
        depth[number] = parents["share"] @ depth[parents["parent"]] + (kind == "training")
    stock = execution.world.stocks["topics"]
    assert stock.author_depth[0] == pytest.approx(depth[stock.author_node[0]])
    assert stock.author_depth[0] < 8


def test_a_small_exact_volume_over_many_sites_is_written() -> None:
    given = small_world()
    given["sites"][1] |= {"count": 3, "retention": "everything"}
    given["models"][0] |= {"volume": 1.2, "writes": {"farm": 1}}
    given["models"][1]["writes"] = {"private": 1}
    world = Execution(Scenario.parse(given).with_(steps=4))
    world.finish()
    stock = world.world.stocks["words"]
    farms = [i for i, s in enumerate(stock.shelves) if stock.sites[s.site].kind == "farm"]
    assert stock.size[farms].sum() == 4


def test_overlapping_takes_of_distinct_documents_are_refused() -> None:
    given = small_world()
    given["models"][0]["diet"] = {
        "takes": [
            {"source": "forum-1", "k": 5, "replace": False},
            {"source": "forum", "k": 5, "replace": False},
        ]
    }
    with pytest.raises(ScenarioError, match="forum-1"):
        Scenario.parse(given)


@pytest.mark.parametrize("manifest", [{"scenario": {}}, {"scenario": "x"}, [], {"scenario": None}])
def test_a_strangers_manifest_gets_one_sentence(small: Make, tmp_path: Path, manifest: Any) -> None:
    small(steps=1).run().save(tmp_path / "run")
    (tmp_path / "run" / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ScenarioError, match="damaged"):
        load(tmp_path / "run")


def test_force_never_deletes_what_is_not_the_runs(small: Make, tmp_path: Path) -> None:
    execute(small(steps=1), Job(tmp_path / "run", report=False))
    (tmp_path / "run" / "notes.txt").write_text("mine")
    with pytest.raises(ScenarioError, match=r"notes\.txt"):
        execute(small(steps=1), Job(tmp_path / "run", report=False, force=True))
    assert (tmp_path / "run" / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("out", [".", "file/sub", "link"])
def test_an_impossible_output_folder_gets_one_sentence(
    small: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("x")
    Path("place").mkdir()
    Path("link").symlink_to("place")
    with pytest.raises(ScenarioError, match="out: given"):
        execute(small(steps=1), Job(Path(out), force=True))


def test_an_interrupted_run_is_not_dropped_unasked(small: Make, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(RuntimeError, match="--resume"):
        execute(small(), Job(tmp_path / "run", checkpoint=0), stop)
    with pytest.raises(ScenarioError, match="--resume"):
        execute(small(), Job(tmp_path / "run", report=False))


def test_a_resumed_run_refuses_a_table_that_has_changed(small: Make, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    table = tmp_path / "own.csv"
    table.write_text("name,weight,value\nkiwi,3,a\nkakapo,2,b\nmoa,1,c\n")
    given = small({"domains.facts": {"kind": "encyclopedia", "table": "own.csv"}})
    scenario = Scenario.parse(given.plain(), tmp_path)
    with pytest.raises(RuntimeError, match="--resume"):
        execute(scenario, Job(tmp_path / "run", checkpoint=0), stop)
    table.write_text("name,weight,value\nkiwi,3,c\nkakapo,2,b\nmoa,1,a\n")
    with pytest.raises(ScenarioError, match="another run"):
        execute(scenario, Job(tmp_path / "run", resume=True))


def test_the_stored_scenario_runs_where_it_stands(small: Make, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("name,weight,value\nkiwi,3,a\nkakapo,2,b\nmoa,1,c\n")
    given = small({"domains.facts": {"kind": "encyclopedia", "table": "own.csv"}}, steps=2)
    execute(Scenario.parse(given.plain(), tmp_path), Job(tmp_path / "run", report=False))
    again = Scenario.load(tmp_path / "run" / "scenario.toml").run()
    assert same_table(again.metrics, load(tmp_path / "run")[0].metrics)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"models.0.decoding.temperature": 0},
            "models.0.decoding.temperature: given 0, allowed at least 0.05",
        ),
        ({"calendar.start": "9999-12-01"}, "calendar: given a start of 9999-12-01 and 8 steps"),
        ({"calendar.unit": "year", "steps": 9000}, "allowed dates up to the year 9999"),
        ({"domains.web": {"kind": "encyclopedia", "weights": [1]}}, "domains: given 'web'"),
        ({"name": ""}, "name: given '', allowed at least 1 character"),
    ],
)
def test_each_mistake_gets_its_own_sentence_and_no_other(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        Scenario.parse(small_world()).with_(change)
    assert said in str(refused.value)
    assert "more)" not in str(refused.value)


def test_a_run_is_not_set_beside_what_it_replaces(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = ["run", "wright_fisher", "--out", str(tmp_path), "--baseline", str(tmp_path)]
    monkeypatch.setattr("sys.argv", ["run.py", *given])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "which the run would replace" in capsys.readouterr().err

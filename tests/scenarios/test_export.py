"""`run.py export`: what is said, where it goes, and what is refused."""

import json
import shutil
from pathlib import Path

import networkx as nx
import newick
import pandas as pd
import pytest

from analysis.run import Run
from scenarios.cli import main
from scenarios.scenario import Scenario
from tests.conftest import small_world
from tests.scenarios.test_bad_input import command


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run directory, and one of three replicates without claims, of a small world."""
    folder = tmp_path_factory.mktemp("out")
    run = Scenario.parse(small_world()).run()
    run.save(folder / "small")
    run.claims = pd.DataFrame()
    for replicate in (0, 1, 10):
        run.save(folder / "many" / str(replicate))
    return folder


@pytest.fixture
def out(stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of these in the folder `out` of where we are."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(stored, tmp_path / "out")
    return tmp_path / "out"


def said(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """The lines that an export prints."""
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as ended:
        patch.setattr("sys.argv", ["run.py", "export", *words])
        main()
    captured = capsys.readouterr()
    assert not ended.value.code, captured.err
    return captured.out.splitlines()


def test_a_file_is_made_beside_the_run_and_named_after_it(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "out/small", "--format", "graphml") == [
        "out/small.graphml",
        "7 nodes and 26 edges; opened with yEd, igraph, Cytoscape, networkx",
    ]
    assert str(nx.read_graphml("out/small.graphml")) == "DiGraph with 7 nodes and 26 edges"
    assert said(capsys, "out/small", "--format", "csv")[:2] == [
        "out/small-csv/nodes.csv",
        "out/small-csv/edges.csv",
    ]
    assert said(capsys, "out/small", "--format", "json", "--level", "node")[0] == (
        "out/small-nodes.json"
    )
    assert (
        said(capsys, "out/small/", "--format", "gexf", "--out", "away/x.gexf")[0] == "away/x.gexf"
    )
    assert sorted(path.name for path in out.iterdir()) == [
        *("many", "small", "small-csv", "small-nodes.json", "small.graphml"),
    ]


@pytest.mark.parametrize("inside", ["out", "out/small"])
def test_the_place_does_not_depend_on_where_one_stands(
    out: Path, inside: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(inside if inside == "out" else out / "small")
    said(capsys, "small" if inside == "out" else ".", "--format", "json")
    assert (out / "small.json").is_file()


def test_of_several_replicates_the_first_is_taken_or_the_one_asked_for(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "out/many", "--format", "json")[0] == "out/many-0.json"
    assert (
        said(capsys, "out/many", "--format", "json", "--replicate", "10")[0] == "out/many-10.json"
    )
    # nothing strange is left among the replicates, which --force would not replace
    assert said(capsys, "out/many/1", "--format", "json")[0] == "out/many-1.json"
    assert sorted(path.name for path in (out / "many").iterdir()) == ["0", "1", "10"]


def test_every_option_reaches_the_graph(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = "--level node --domain facts --window 2:6 --min-share 0.05 --focus alpha@4 --hops 3"
    said(capsys, "out/small", "--format", "json", "--out", "g.json", *words.split())
    again = nx.node_link_graph(json.loads(Path("g.json").read_text()), edges="edges")
    options = {
        "domain": "facts",
        "window": (2, 6),
        "min_share": 0.05,
        "focus": "alpha@4",
        "hops": 3,
    }
    shown = Run.load(out / "small").graph("node", **options)
    assert 3 < len(shown) < 100
    assert dict(again.nodes) == dict(shown.nodes) and dict(again.edges) == dict(shown.edges)


def test_claims_that_were_traced_are_written_as_trees(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claims = Run.load(out / "small").claims
    first = int((claims["parent"] < 0).sum())
    assert said(capsys, "out/small", "--format", "newick") == [
        "out/small.nwk",
        f"{first} trees of {len(claims)} events; opened with FigTree, iTOL, R (ape)",
    ]
    trees = newick.loads((out / "small.nwk").read_text(encoding="utf-8").rstrip())
    assert len(trees) == first > 1
    assert sum(len(list(tree.walk())) for tree in trees) == len(claims)
    for tree in trees:
        names = [event.name for event in tree.walk()]
        assert len(set(names)) == len(names), "readers take a name twice for a mistake"


def test_a_file_that_is_there_is_replaced_with_force_only(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("g.json").write_text("mine")
    words = ("out/small", "--format", "json", "--out", "g.json")
    code, refused = command(capsys, "export", *words)
    assert code == 2 and "--force" in refused
    assert Path("g.json").read_text() == "mine"
    said(capsys, *words, "--force")
    assert json.loads(Path("g.json").read_text())["directed"]


REFUSED = {
    "no format": ("out/small", "Missing option '--format'"),
    "unknown format": ("out/small --format graphlm", "did you mean 'graphml'?"),
    "unknown level": ("out/small --format json --level nodes", "allowed 'model' or 'node'"),
    "a level that the format lacks": ("out/small --format prov --level node", "allowed 'model'"),
    "unknown domain": ("out/small --format json --domain fact", "allowed facts, words"),
    "unknown focus": ("out/small --format json --focus aplha", "did you mean 'alpha'?"),
    "a focus after the end": (
        "out/small --format json --level node --focus alpha@9",
        "given 'alpha@9', allowed a step up to 8",
    ),
    "a focus before its beginning": (
        "out/small --format json --level node --focus private@0",
        "allowed a step from 1 on",
    ),
    "a window after the end": (
        "out/small --format json --window 2:9",
        "given 2 to 9, allowed steps 0 to 8",
    ),
    "a window that is none": ("out/small --format json --window 2-9", "allowed FIRST:LAST"),
    "a window without an end": ("out/small --format json --window 2:", "allowed FIRST:LAST"),
    "negative hops": ("out/small --format json --focus alpha --hops -1", "allowed 0 or more"),
    "hops without a focus": ("out/small --format json --hops 1", "without a focus"),
    "a share above one": ("out/small --format json --min-share 1.5", "allowed 0 to 1"),
    "no such replicate": ("out/many --format json --replicate 2", "allowed 0, 1, 10"),
    "no claims": ("out/many --format newick", "no claim was traced"),
    "no run": ("nowhere --format json", "not a folder"),
    "a folder without a run": ("out --format json", "not a run directory"),
    "a file as a folder": ("out/small --format json --out out/small/manifest.json/g", "folder"),
    "a place without a name": ("out/small --format json --out ..", "a file with a name of its own"),
    "the run itself": ("out/small --format csv --out out/small --force", "no part of an export"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_command_ends_with_code_2_and_writes_nothing(
    case: str, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(out.rglob("*"))
    words, phrase = REFUSED[case]
    code, refused = command(capsys, "export", *words.split())
    assert code == 2, refused
    assert phrase in refused and len(refused.strip().splitlines()) == 1, refused
    assert sorted(out.rglob("*")) == before and list(out.parent.iterdir()) == [out]


def test_a_run_with_a_missing_or_altered_file_is_refused(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("export", "out/small", "--format", "json")
    (out / "small" / "edges.parquet").write_bytes(b"PAR1")
    code, refused = command(capsys, *words)
    assert code == 2 and "a file of the run is damaged" in refused
    shutil.copy(out / "small" / "nodes.parquet", out / "small" / "edges.parquet")
    code, refused = command(capsys, *words)
    assert code == 2 and "edges.parquet has no column 'child'" in refused
    (out / "small" / "edges.parquet").unlink()
    code, refused = command(capsys, *words)
    assert code == 2 and "edges.parquet is missing" in refused
    assert not (out / "small.json").exists()

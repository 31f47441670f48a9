"""A network is written and read back by the library that reads it: same nodes, edges, shares."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from prov.graph import prov_to_graph
from prov.model import (
    ProvActivity,
    ProvAgent,
    ProvAssociation,
    ProvAttribution,
    ProvDerivation,
    ProvDocument,
    ProvEntity,
    ProvGeneration,
    ProvUsage,
)

import analysis.graph
from analysis.export import FORMATS, export
from analysis.graph import columns, graph
from analysis.run import Run
from analysis.timeline import timeline
from scenarios.scenario import Scenario
from tests.analysis.small_ledger import two_models
from tests.analysis.test_newick import claims
from tests.conftest import small_world

GEXF = "{http://gexf.net/1.3}"
SOME = {"window": (3, 8), "min_share": 0.01, "domain": "facts"}


@pytest.fixture(scope="module")
def run() -> Run:
    """A world with shelves, samples, unlimited sites, models that join and leave."""
    return Scenario.parse({**small_world(), "lineage": 0}).run()


def back(shown: nx.DiGraph, *lost: str) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Nodes and edges with their attributes, without some."""
    nodes, edges = (
        {key: {k: v for k, v in own.items() if k not in lost} for key, own in part}
        for part in (
            shown.nodes(data=True),
            (((u, v), own) for u, v, own in shown.edges(data=True)),
        )
    )
    return nodes, edges


def key_of(level: str) -> type:
    return str if level == "model" else int


@pytest.mark.parametrize("options", [{}, SOME])
@pytest.mark.parametrize("level", ["model", "node"])
def test_graphml_is_read_back_by_networkx(
    run: Run, level: str, options: dict[str, Any], tmp_path: Path
) -> None:
    [path] = export(run, tmp_path / "g.graphml", "graphml", level, **options)
    again = nx.read_graphml(path, node_type=key_of(level))
    shown = graph(run, level, **options)
    assert back(again) == back(shown)
    # an empty text is read back as nothing
    assert again.graph.items() >= {k: v for k, v in shown.graph.items() if v != ""}.items()


@pytest.mark.parametrize("options", [{}, SOME])
@pytest.mark.parametrize("level", ["model", "node"])
def test_json_is_read_back_by_networkx(
    run: Run, level: str, options: dict[str, Any], tmp_path: Path
) -> None:
    [path] = export(run, tmp_path / "g.json", "json", level, **options)
    again = nx.node_link_graph(json.loads(path.read_text(encoding="utf-8")), edges="edges")
    shown = graph(run, level, **options)
    assert isinstance(again, nx.DiGraph)
    assert (back(again), again.graph) == (back(shown), shown.graph)


def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows without what is unknown."""
    return [
        {name: value for name, value in row.items() if not pd.isna(value)}
        for row in table.to_dict("records")
    ]


READ: dict[str, Callable[[Path], pd.DataFrame]] = {
    "csv": pd.read_csv,
    "parquet": lambda path: pq.read_table(path).to_pandas(),
}


@pytest.mark.parametrize("options", [{}, SOME])
@pytest.mark.parametrize("level", ["model", "node"])
@pytest.mark.parametrize("format", READ)
def test_tables_are_read_back_by_pandas_and_pyarrow(
    run: Run, format: str, level: str, options: dict[str, Any], tmp_path: Path
) -> None:
    nodes, edges = export(run, tmp_path / "g", format, level, **options)
    assert (nodes.name, edges.name) == (f"nodes.{format}", f"edges.{format}")
    again = nx.DiGraph()
    again.add_nodes_from((row.pop("id"), row) for row in rows(READ[format](nodes)))
    again.add_edges_from(
        (row.pop("source"), row.pop("target"), row) for row in rows(READ[format](edges))
    )
    assert back(again) == back(graph(run, level, **options))


@pytest.mark.parametrize("options", [{}, SOME])
@pytest.mark.parametrize("level", ["model", "node"])
def test_gexf_is_read_back_by_networkx(
    run: Run, level: str, options: dict[str, Any], tmp_path: Path
) -> None:
    [path] = export(run, tmp_path / "g.gexf", "gexf", level, **options)
    again = nx.read_gexf(path, node_type=key_of(level))
    shown = graph(run, level, **options)
    assert again.graph["mode"] == "dynamic"
    lost = ("start", "end", "spells", "viz", "id", "weight", *(("label",) * (level == "model")))
    assert back(again, *lost) == back(shown)
    assert nx.get_edge_attributes(again, "weight") == nx.get_edge_attributes(shown, "share")
    assert all("label" in own for _, own in again.nodes(data=True))


def gexf(run: Run, folder: Path, level: str, **options: Any) -> ET.Element:
    [path] = export(run, folder / "g.gexf", "gexf", level, force=True, **options)
    found = ET.parse(path).getroot().find(f"{GEXF}graph")
    assert found is not None
    return found


def life(element: ET.Element) -> tuple[float, float]:
    return float(element.attrib["start"]), float(element.attrib["end"])


@pytest.mark.parametrize("level", ["model", "node"])
def test_every_node_and_edge_of_gexf_is_there_for_a_time_and_edges_within_their_nodes(
    run: Run, level: str, tmp_path: Path
) -> None:
    root = gexf(run, tmp_path, level)
    assert root.attrib["mode"] == "dynamic" and root.attrib["timeformat"] == "double"
    nodes = {node.attrib["id"]: life(node) for node in root.iter(f"{GEXF}node")}
    edges = list(root.iter(f"{GEXF}edge"))
    assert all(start < end for start, end in nodes.values())
    for edge in edges:
        start, end = life(edge)
        assert start < end
        for at in ("source", "target"):
            first, last = nodes[edge.attrib[at]]
            assert first <= start and end <= last
    shown = graph(run, level)
    assert (len(nodes), len(edges)) == (len(shown), shown.number_of_edges())
    counts = [root.find(f"{GEXF}{part}").attrib["count"] for part in ("nodes", "edges")]
    assert counts == [str(len(nodes)), str(len(edges))]


def test_the_weight_of_an_edge_between_authors_is_its_share_of_each_time(
    run: Run, tmp_path: Path
) -> None:
    root = gexf(run, tmp_path, "model")
    [declared] = root.findall(f"{GEXF}attributes[@mode='dynamic']")
    assert declared.attrib["class"] == "edge"
    assert [own.attrib for own in declared] == [
        {"id": "weight", "title": "weight", "type": "double"}
    ]
    written = {
        (edge.attrib["source"], edge.attrib["target"], *life(value), float(value.attrib["value"]))
        for edge in root.iter(f"{GEXF}edge")
        for value in edge.iter(f"{GEXF}attvalue")
        if value.attrib["for"] == "weight"
    }
    found = timeline(run, columns(run)).readings[["source", "reader", "step", "until", "share"]]
    assert written == set(found.itertuples(index=False, name=None))


def test_an_edge_that_goes_and_comes_back_has_spells(tmp_path: Path) -> None:
    run = two_models()  # A reads what A and B wrote in step 1, not in step 2
    assert run.nodes is not None and run.edges is not None
    again = {**run.nodes.to_pylist()[6], "node": 12, "step": 3}
    run.nodes = pa.Table.from_pylist([*run.nodes.to_pylist(), again], run.nodes.schema)
    link = {"child": 12, "parent": 4, "share": 1.0}
    run.edges = pa.Table.from_pylist([*run.edges.to_pylist(), link], run.edges.schema)
    root = gexf(run, tmp_path, "model")
    spells = {
        (edge.attrib["source"], edge.attrib["target"]): [
            life(one) for one in edge.iter(f"{GEXF}spell")
        ]
        for edge in root.iter(f"{GEXF}edge")
    }
    assert spells["A", "A"] == spells["B", "A"] == [(1, 2), (3, 4)]
    assert spells["H", "A"] == [], "from 1 to 3 without a break"


def test_nodes_of_the_ledger_live_until_they_are_last_read(tmp_path: Path) -> None:
    root = gexf(two_models(), tmp_path, "node")
    nodes = {int(node.attrib["id"]): life(node) for node in root.iter(f"{GEXF}node")}
    assert nodes[4] == (1, 3), "read in steps 1 and 2"
    assert nodes[6] == (1, 2)
    edges = {
        (int(edge.attrib["source"]), int(edge.attrib["target"])): life(edge)
        for edge in root.iter(f"{GEXF}edge")
    }
    assert edges[4, 6] == (1, 2)
    assert edges[2, 4] == (1, 2), "the source is last read in step 1"
    assert edges[3, 4] == (1, 2), "not longer than its source"
    assert edges[5, 6] == (1, 2)


def test_gexf_is_blue_for_humans_and_orange_for_models(run: Run, tmp_path: Path) -> None:
    colour = {"r": 0, "g": 114, "b": 178, "a": 1.0}, {"r": 230, "g": 159, "b": 0, "a": 1.0}
    for level in ("model", "node"):
        [path] = export(run, tmp_path / level, "gexf", level)
        for _, own in nx.read_gexf(path).nodes(data=True):
            machine = own.get("synthetic", own["kind"] not in ("human", "founder"))
            assert own["viz"]["color"] == colour[machine], own


@pytest.mark.parametrize("format", ["gexf", "graphml"])
def test_any_letters_can_stand_in_the_names_of_authors(format: str, tmp_path: Path) -> None:
    run, name = two_models(), '<A & "B"\'s>'
    assert run.nodes is not None
    rows = [{**row, "name": row["name"].replace("A", name)} for row in run.nodes.to_pylist()]
    run.nodes = pa.Table.from_pylist(rows, run.nodes.schema)
    [path] = export(run, tmp_path / "g", format)
    again = (nx.read_gexf if format == "gexf" else nx.read_graphml)(path)
    assert set(again.edges) == set(graph(run).edges) and name in again
    assert format == "graphml" or again.nodes[name]["label"] == name


@pytest.fixture(scope="module")
def document(run: Run, tmp_path_factory: pytest.TempPathFactory) -> ProvDocument:
    [path] = export(run, tmp_path_factory.mktemp("prov") / "p.json", "prov")
    return ProvDocument.deserialize(str(path), format="json")


def said(document: ProvDocument, kind: type) -> list[list[Any]]:
    """The formal attributes of all records of a kind, as texts without the prefix."""
    return [
        [str(value).removeprefix("habsburg:") for value in record.args]
        for record in document.get_records(kind)
    ]


def test_prov_says_what_every_training_set_was_derived_from(
    run: Run, document: ProvDocument
) -> None:
    found = {}
    for record in document.get_records(ProvDerivation):
        own = {str(name): value for name, value in record.extra_attributes}
        if "habsburg:share" in own:
            entity, source = (str(value).removeprefix("habsburg:") for value in record.args[:2])
            found[entity, source] = own["habsburg:share"], own["habsburg:documents"]
    expected = {
        (f"corpus/{row.reader}@{row.step}", f"text/{row.source}@{row.step}"): (
            row.share,
            row.documents,
        )
        for row in timeline(run, columns(run)).readings.itertuples()
    }
    assert found == expected


def test_prov_has_agents_activities_and_entities_that_hang_together(
    run: Run, document: ProvDocument
) -> None:
    agents = {
        str(record.identifier).removeprefix("habsburg:")
        for record in document.get_records(ProvAgent)
    }
    assert agents == set(graph(run))
    entities = {
        str(one.identifier).removeprefix("habsburg:") for one in document.get_records(ProvEntity)
    }
    activities = {
        str(one.identifier).removeprefix("habsburg:") for one in document.get_records(ProvActivity)
    }
    assert {"corpus/alpha@1", "model/alpha@1", "text/alpha@2", "text/people-1@1"} < entities
    assert {"crawl/alpha@1", "train/alpha@1", "publish/alpha@2"} < activities
    made = [(entity, activity) for entity, activity, _ in said(document, ProvGeneration)]
    assert sorted(entity for entity, _ in made) == sorted(entities), "each is made once"
    how = {"text": "publish", "corpus": "crawl", "model": "train"}
    assert all(
        activity == how[(e := entity.split("/"))[0]] + "/" + e[1] for entity, activity in made
    )
    assert {(entity, agent) for entity, agent in said(document, ProvAttribution)} == {
        (entity, entity.split("/")[1].split("@")[0]) for entity in entities
    }
    assert {(activity, agent) for activity, agent, _ in said(document, ProvAssociation)} == {
        (activity, activity.split("/")[1].split("@")[0]) for activity in activities
    }
    used = {(activity, entity) for activity, entity, _ in said(document, ProvUsage)}
    assert {("crawl/alpha@1", "text/people-1@1"), ("train/alpha@1", "corpus/alpha@1")} < used
    assert {("publish/alpha@2", "model/alpha@1"), ("publish/gamma@3", "model/gamma@1")} < used
    assert ("publish/gamma@2", "model/gamma@1") in used


def test_in_prov_models_are_software_and_text_is_revised(document: ProvDocument) -> None:
    kinds = {
        str(one.identifier): {
            str(value) for name, value in one.attributes if str(name) == "prov:type"
        }
        for one in document.get_records(ProvAgent)
    }
    assert kinds["habsburg:alpha"] == {"prov:SoftwareAgent"}
    assert kinds["habsburg:people-1"] == {"prov:Organization"}
    revised = {
        tuple(str(value) for value in one.args[:2])
        for one in document.get_records(ProvDerivation)
        if "prov:Revision" in {str(value) for _, value in one.extra_attributes}
    }
    assert ("habsburg:text/alpha@3", "habsburg:text/alpha@2") in revised
    assert ("habsburg:text/people-1@2", "habsburg:text/people-1@1") in revised
    assert all(entity.split("@")[0] == source.split("@")[0] for entity, source in revised)


def test_in_prov_nothing_comes_from_what_came_later(document: ProvDocument) -> None:
    assert nx.is_directed_acyclic_graph(nx.DiGraph(prov_to_graph(document)))
    for entity, source, *_ in said(document, ProvDerivation):
        assert int(source.split("@")[1]) <= int(entity.split("@")[1])


def test_prov_carries_the_dates_of_steps(run: Run, document: ProvDocument) -> None:
    dates = dict(zip(run.metrics["step"], run.metrics["date"], strict=True))
    for entity, _, when in said(document, ProvGeneration):
        assert when.startswith(dates[int(entity.split("@")[1])])


def test_prov_n_says_the_same_as_prov_json(run: Run, tmp_path: Path) -> None:
    [notation] = export(run, tmp_path / "p.provn", "prov", window=(1, 2))
    [plain] = export(run, tmp_path / "p.json", "prov", window=(1, 2))
    again = ProvDocument.deserialize(str(plain), format="json")
    assert sorted(notation.read_text().splitlines()) == sorted(again.get_provn().splitlines())


def test_trees_of_claims_are_written_one_a_line(run: Run, tmp_path: Path) -> None:
    traced = Run(run.scenario, run.manifest, run.metrics, run.agents, claims=claims())
    traced.scenario = {**run.scenario, "domains": {"birds": {}, "history": {}}}
    [path] = export(traced, tmp_path / "t.nwk", "newick")
    assert path.read_text(encoding="utf-8").count("\n") == 3
    [path] = export(traced, tmp_path / "h.nwk", "newick", domain="history")
    assert path.read_text(encoding="utf-8") == "('C@7 #1':5)'A@2 #0 history Waterloo=1816';\n"


def test_tables_may_be_larger_than_what_can_be_looked_at(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis.graph, "MOST_NODES", 3)
    for format, chosen in FORMATS.items():
        if chosen.parts:
            export(run, tmp_path / format, format)
        elif format != "newick":
            with pytest.raises(ValueError, match="graph: given 7 nodes"):
                export(run, tmp_path / format, format)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["csv", "parquet"]


def test_what_is_there_is_replaced_only_when_asked(run: Run, tmp_path: Path) -> None:
    for format, name in (("json", "g.json"), ("csv", "g")):
        first = export(run, tmp_path / name, format, window=(1, 2))
        old = [path.read_bytes() for path in first]
        with pytest.raises(ValueError, match=r"which exists; allowed another name, or --force"):
            export(run, tmp_path / name, format)
        assert [path.read_bytes() for path in first] == old
        export(run, tmp_path / name, format, force=True)
        assert [path.read_bytes() for path in first] != old
    assert sorted(path.name for path in tmp_path.iterdir()) == ["g", "g.json"]


def test_force_replaces_nothing_but_an_export(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "nodes.csv").write_text("mine")
    (folder / "thesis.tex").write_text("years of work")
    with pytest.raises(ValueError, match=r"'thesis.tex' in it is no part of an export"):
        export(run, folder, "csv", force=True)
    with pytest.raises(ValueError, match="which is no file; allowed a file to make"):
        export(run, folder, "json", force=True)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ValueError, match="which is no folder; allowed a folder to make"):
        export(run, tmp_path / "file", "csv", force=True)
    with pytest.raises(ValueError, match="file is a file; allowed a folder"):
        export(run, tmp_path / "file" / "g.json", "json")
    (tmp_path / "link").symlink_to(folder / "thesis.tex")
    with pytest.raises(ValueError, match="which is no file"):
        export(run, tmp_path / "link", "json", force=True)
    assert (folder / "thesis.tex").read_text() == "years of work"


def test_nothing_half_written_is_left(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise OSError("no space left")

    [path] = export(run, tmp_path / "deep" / "g.json", "json", window=(1, 2))
    before = path.read_bytes()
    monkeypatch.setattr("json.dumps", broken)
    with pytest.raises(OSError, match="no space left"):
        export(run, path, "json", force=True)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("format", "level", "options", "message"),
    [
        ("gefx", "model", {}, "format: given 'gefx'; did you mean 'gexf'?"),
        ("prov", "node", {}, "level: given 'node' for prov, allowed 'model'"),
        ("newick", "node", {}, "level: given 'node' for newick, allowed 'model'"),
        ("json", "nodes", {}, "level: given 'nodes' for json, allowed 'model' or 'node'"),
        ("newick", "modle", {}, "level: given 'modle' for newick, allowed 'model'"),
        ("newick", "model", {"focus": "alpha"}, "newick: given focus, allowed domain alone"),
        ("newick", "model", {"hops": 0}, "newick: given hops, allowed domain alone"),
        ("newick", "model", {"domain": "fish"}, "domain: given 'fish', allowed facts, words"),
        ("newick", "model", {}, "small: no claim was traced in it, allowed a run with some"),
        ("newick", "model", {"domain": "facts"}, "small: no claim was traced in it"),
    ],
)
def test_a_bad_question_gets_one_sentence_and_no_file(
    run: Run, format: str, level: str, options: dict[str, Any], message: str, tmp_path: Path
) -> None:
    bare = Run(run.scenario, run.manifest, run.metrics, run.agents)
    with pytest.raises(ValueError) as error:
        export(bare, tmp_path / "out", format, level, **options)
    assert str(error.value).startswith(message)
    assert not list(tmp_path.iterdir())

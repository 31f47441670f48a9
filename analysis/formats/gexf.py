"""GEXF 1.3 with time, for Gephi's timeline.

Written here and not by networkx, whose writer knows no weight that changes in time, from which
Gephi takes the thickness of edges; networkx reads what is written, but for that weight. Step s is
the time from s to s + 1, so nothing is without length; Gephi counts both ends of an interval in.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pyarrow as pa

from analysis.graph import Graph
from analysis.pictures.style import HUMAN, MACHINE
from analysis.run import Run
from analysis.timeline import timeline
from ecosystem.parentage import HUMANS

NAMESPACE = "http://gexf.net/1.3"
HUMAN_KINDS = ("human", *HUMANS)
NATIVE = ("id", "label", "source", "target")
"""Columns that GEXF has attributes of its own for."""
Life = tuple[int, int]
Span = tuple[int, int, float]
"""Start, end, and the share then."""


def write(run: Run, graph: Graph, path: Path) -> None:
    """Write a graph with the times of its nodes and edges."""
    lives, spans = _of_authors(run, graph) if graph.of_authors else _of_nodes(graph)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(_lines(graph, lives, spans))


def _of_authors(run: Run, graph: Graph) -> tuple[list[Life], list[list[Span]]]:
    """Lives of authors; of edges, while the reader knows what it read, the share of each time."""
    times = timeline(run, graph)
    spans: dict[tuple[str, str], list[Span]] = {}
    columns = ("source", "reader", "step", "until", "share")
    rows = zip(*(times.readings[name].tolist() for name in columns), strict=True)
    for source, reader, start, end, share in rows:
        spans.setdefault((source, reader), []).append((start, end, share))
    ends = zip(graph.edges["source"].to_pylist(), graph.edges["target"].to_pylist(), strict=True)
    lives = zip(times.lives["start"].tolist(), times.lives["end"].tolist(), strict=True)
    return list(lives), [spans[pair] for pair in ends]


def _of_nodes(graph: Graph) -> tuple[list[Life], list[list[Span]]]:
    """Nodes from their step to the last in which they were read; edges while both ends are."""
    nodes = graph.nodes.select(["id", "step", "last_read"]).to_pandas().set_index("id")
    source = nodes.loc[graph.edges["source"].to_numpy()]
    target = nodes.loc[graph.edges["target"].to_numpy()]
    ends = target["last_read"].to_numpy().clip(max=source["last_read"].to_numpy()) + 1
    shares = graph.edges["share"].to_pylist()
    spans = zip(target["step"].tolist(), ends.tolist(), shares, strict=True)
    lives = zip(nodes["step"].tolist(), (nodes["last_read"] + 1).tolist(), strict=True)
    return list(lives), [[span] for span in spans]


def _lines(graph: Graph, lives: Sequence[Life], spans: Sequence[Sequence[Span]]) -> Iterator[str]:
    """The file line by line, so that a large graph takes no memory of its own."""
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield f'<gexf xmlns="{NAMESPACE}" xmlns:viz="{NAMESPACE}/viz" version="1.3">\n'
    about = ", ".join(f"{name} {value}" for name, value in graph.about.items() if value != "")
    yield f"<meta><creator>Habsburg</creator><description>{escape(about)}</description></meta>\n"
    time = {"timeformat": "double", "timerepresentation": "interval"}
    yield _open("graph", {"defaultedgetype": "directed", "mode": "dynamic"} | time)
    yield from _declared("node", graph.nodes)
    yield from _declared("edge", graph.edges)
    if graph.of_authors:
        # Gephi knows the weight that changes by its id, the specification by its title
        yield '<attributes class="edge" mode="dynamic">\n'
        yield '<attribute id="weight" title="weight" type="double"/>\n</attributes>\n'
    yield _open("nodes", {"count": graph.nodes.num_rows})
    for row, (start, end) in zip(graph.nodes.to_pylist(), lives, strict=True):
        label = row.get("label", row["id"])
        yield _open("node", {"id": row["id"], "label": label, "start": start, "end": end})
        yield f"<attvalues>{_values('node', row)}</attvalues>{_colour(row)}</node>\n"
    yield "</nodes>\n"
    yield _open("edges", {"count": graph.edges.num_rows})
    for number, (row, times) in enumerate(zip(graph.edges.to_pylist(), spans, strict=True)):
        ends = {"id": number, "source": row["source"], "target": row["target"]}
        life = {"weight": row["share"], "start": times[0][0], "end": times[-1][1]}
        yield _open("edge", ends | life)
        weights = _weights(times) if graph.of_authors else ""
        yield f"<attvalues>{_values('edge', row)}{weights}</attvalues>{_spells(times)}</edge>\n"
    yield "</edges>\n</graph>\n</gexf>\n"


def _declared(of: str, table: pa.Table) -> Iterator[str]:
    yield f'<attributes class="{of}" mode="static">\n'
    for field in table.schema:
        if field.name not in NATIVE:
            named = {"id": f"{of}.{field.name}", "title": field.name, "type": _type(field.type)}
            yield _open("attribute", named) + "</attribute>\n"
    yield "</attributes>\n"


def _values(of: str, row: Mapping[str, Any]) -> str:
    return "".join(
        f'<attvalue for="{of}.{name}" value="{_text(value)}"/>'
        for name, value in row.items()
        if value is not None and name not in NATIVE
    )


def _weights(times: Sequence[Span]) -> str:
    return "".join(
        f'<attvalue for="weight" value="{share}" start="{start}" end="{end}"/>'
        for start, end, share in times
    )


def _spells(times: Sequence[Span]) -> str:
    """When an edge is there, where that is not all the time from its start to its end."""
    present = _joined(times)
    if len(present) == 1:
        return ""
    spells = (f'<spell start="{start}" end="{end}"/>' for start, end in present)
    return f"<spells>{''.join(spells)}</spells>"


def _joined(times: Sequence[Span]) -> list[Life]:
    """When anything is there at all: spans that touch are one."""
    found: list[Life] = []
    for start, end, _ in times:
        if found and found[-1][1] >= start:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _colour(row: Mapping[str, Any]) -> str:
    """Blue is text by humans, orange text by models; of a shelf by its true origin."""
    machine = row.get("synthetic")
    if machine is None:
        machine = row["kind"] not in HUMAN_KINDS
    red, green, blue = bytes.fromhex((MACHINE if machine else HUMAN).lstrip("#"))
    return f'<viz:color r="{red}" g="{green}" b="{blue}"/>'


def _type(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind):
        return "long"
    return "double" if pa.types.is_floating(kind) else "string"


def _open(name: str, attributes: Mapping[str, Any]) -> str:
    said = "".join(f' {key}="{_text(value)}"' for key, value in attributes.items())
    return f"<{name}{said}>"


def _text(value: Any) -> str:
    """A value as it stands between double quotes."""
    if isinstance(value, str):
        return escape(value, {'"': "&quot;"})
    return str(value).lower() if isinstance(value, bool) else str(value)

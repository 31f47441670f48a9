"""Where documents stand: sites, what draws attention to them, who may read and write there."""

from pathlib import Path
from typing import Annotated, Literal

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from ecosystem.discovery import nearest
from ecosystem.draws import Draws
from ecosystem.mechanism import Mechanism
from ecosystem.parameter import CONVENTION, FREE, NAMED, about

Weight = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]


class HalfLife(BaseModel):
    """Each document survives a step with probability 2^(-1/half_life)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    half_life: float = Field(
        gt=0,
        le=1e6,
        description="steps after which half of the documents are gone",
        json_schema_extra=about("steps", FREE),
    )


class Site(BaseModel):
    """A place where batches stand, or a group of `count` alike (an archive is a site too)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(
        min_length=1,
        max_length=80,
        description="what diets and authors call it",
        json_schema_extra=about("none", NAMED),
    )
    count: int = Field(
        default=1,
        ge=1,
        le=100_000,
        description="sites of this group",
        json_schema_extra=about("sites", FREE),
    )
    kind: str = Field(
        default="site",
        min_length=1,
        max_length=40,
        description="a word by which diets may name all sites of its sort",
        json_schema_extra=about("none", NAMED),
    )
    attention: Annotated[Weight, Mechanism("attention", off=1.0)] = Field(
        default=1.0,
        description="relative attention per document",
        json_schema_extra=about("relative weight", FREE),
    )
    attention_falls: Annotated[float, Mechanism("attention", off=0.0)] = Field(
        default=0.0,
        ge=0,
        le=10,
        description="site i of the group has attention / i^this",
        json_schema_extra=about("none", "free: swept in studies; 1 is Zipf's law (Zipf 1949)"),
    )
    retention: Literal["latest", "everything"] | HalfLife = Field(
        default="everything",
        description="what stays standing when a step begins",
        json_schema_extra=about("none", "free: swept in studies; law A-44"),
    )
    documents: Literal["finite", "unlimited"] = Field(
        default="finite",
        description="finite: documents were written, all readers share the sample; unlimited: "
        "readers draw from the authors' distributions",
        json_schema_extra=about("none", "law A-01"),
    )
    volume: Literal["exact", "poisson"] = Field(
        default="poisson",
        description="finite documents: each author writes exactly its volume (rounded), or a "
        "Poisson number with that mean",
        json_schema_extra=about("none", CONVENTION),
    )
    open: bool = Field(
        default=True,
        description="part of the source 'web'",
        json_schema_extra=about("none", CONVENTION),
    )
    readers: tuple[str, ...] | None = Field(
        default=None,
        description="models or groups that may crawl it; all where not given",
        json_schema_extra=about("none", FREE),
    )
    writers: tuple[str, ...] | None = Field(
        default=None,
        description="authors or groups that may publish there; all where not given",
        json_schema_extra=about("none", FREE),
    )
    topics: dict[str, dict[str, Weight]] | None = Field(
        default=None,
        description="topic profile: domain -> group -> relative weight of what is written here "
        "(1 where not named)",
        json_schema_extra=about("relative weight", FREE),
    )
    start: Literal["stationary"] | Annotated[float, Field(ge=0, le=1e15)] = Field(
        default=0.0,
        description="human documents per domain standing at row 0; 'stationary' is what its "
        "human writers would have left there",
        json_schema_extra=about("documents", FREE),
    )

    @property
    def survival(self) -> float:
        """Probability that a document outlives one step."""
        if isinstance(self.retention, HalfLife):
            return float(2.0 ** (-1.0 / self.retention.half_life))
        return 1.0 if self.retention == "everything" else 0.0


class Links(BaseModel):
    """The hyperlink graph of the sites: generated, or read from a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    file: str | None = Field(
        default=None,
        description="GraphML, or an edge list with one 'source target' per line; generated where "
        "not given",
        json_schema_extra=about("none", NAMED),
    )
    generated: Literal["scale_free", "random"] = Field(
        default="scale_free",
        description="scale_free: a site is linked to the likelier the more links it has; random: "
        "all alike",
        json_schema_extra=about("none", "Barabasi & Albert 1999"),
    )
    links_per_site: int = Field(
        default=3,
        ge=1,
        le=1000,
        description="links that go out from a site",
        json_schema_extra=about("links", CONVENTION),
    )
    damping: float = Field(
        default=0.85,
        gt=0,
        lt=1,
        description="chance that PageRank's surfer follows a link",
        json_schema_extra=about("share", "Brin & Page 1998"),
    )


def _without_links(attention: str) -> str:
    """The rule for attention without that of hyperlinks; what sites are given is their own."""
    return "given" if attention == "pagerank" else attention


class WebRules(BaseModel):
    """How attention is spread over the sites: P(site) ~ attention x stock^eta."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    eta: Annotated[float, Mechanism("attention", off=1.0)] = Field(
        default=1.0,
        ge=0,
        le=3,
        description="exponent of a site's stock; 1: attention per document; 0: a fixed share",
        json_schema_extra=about("none", FREE),
    )
    attention: Annotated[
        Literal["uniform", "given", "pagerank"], Mechanism("attention", off=_without_links)
    ] = Field(
        default="given",
        description="uniform: all sites alike; given: as the sites say; pagerank: that times "
        "their rank among the links",
        json_schema_extra=about("none", "Brin & Page 1998 (pagerank)"),
    )
    links: Links = Field(
        default=Links(),
        description="hyperlinks between the sites, for pagerank",
        json_schema_extra=about("none", CONVENTION),
    )


def attention(
    rules: WebRules, sites: list[Site], draws: Draws, folder: Path | None = None
) -> NDArray[np.float64]:
    """Attention per document of every site, (sites,).

    PageRank (Brin & Page 1998) is scaled to mean 1 and multiplied by the given attention.
    """
    if rules.attention == "uniform":
        return np.ones(len(sites))
    given = np.array([site.attention for site in sites])
    if rules.attention == "given":
        return given
    graph = hyperlinks(rules.links, [site.name for site in sites], draws, folder)
    rank = nx.pagerank(graph, alpha=rules.links.damping)
    return given * np.array([rank[site.name] for site in sites]) * len(sites)


def hyperlinks(
    links: Links, names: list[str], draws: Draws, folder: Path | None = None
) -> "nx.DiGraph[str]":
    """The directed hyperlink graph over the sites' names; nodes in the order of the sites."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(names)
    if links.file is None:
        rng = draws.stream("hyperlinks")
        popularity = np.ones(len(names))
        for i, name in enumerate(names):
            others = np.delete(np.arange(len(names)), i)
            if others.size == 0:
                break
            weights = popularity[others] / popularity[others].sum()
            chosen = rng.choice(
                others, size=min(links.links_per_site, others.size), replace=False, p=weights
            )
            graph.add_edges_from((name, names[int(j)]) for j in chosen)
            if links.generated == "scale_free":
                popularity[chosen] += 1
        return graph
    path = Path(links.file) if folder is None else folder / links.file
    if not path.is_file():
        raise ValueError(f"web.links.file: given {links.file}, which is not a file")
    try:
        read = (
            nx.read_graphml(path)
            if path.suffix.lower() == ".graphml"
            else nx.read_edgelist(path, create_using=nx.DiGraph, data=False)
        )
    except Exception as error:
        raise ValueError(
            f"web.links.file: given {links.file}, which is neither GraphML nor an edge list "
            f"({type(error).__name__})"
        ) from error
    if not read.is_directed():
        read = read.to_directed()
    for source, target in read.edges():
        for name in (source, target):
            if name not in graph:
                raise ValueError(
                    f"web.links.file: given a link of {name!r}, which is no site; "
                    f"{nearest(str(name), names)}"
                )
        graph.add_edge(source, target)
    return graph

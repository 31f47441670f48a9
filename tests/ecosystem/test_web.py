"""Who is read: attention over sites, and who may read and write where."""

from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ecosystem.draws import Draws
from ecosystem.web import HalfLife, Links, Site, WebRules, attention, hyperlinks
from scenarios.complaints import ScenarioError
from tests.ecosystem.small import WORDS, human, reader, scenario, shares, world

NAMES = ["a", "b", "c", "d"]
LINKS = [("a", "b"), ("b", "a"), ("c", "a"), ("d", "a"), ("d", "c")]


def sites(**attention: float) -> list[Site]:
    return [Site(name=name, attention=attention.get(name, 1.0)) for name in NAMES]


def pagerank(links: Links, folder: Path | None = None, **given: float) -> list[float]:
    rules = WebRules(attention="pagerank", links=links)
    return attention(rules, sites(**given), Draws(1), folder).tolist()


# ---------------------------------------------------------------------- attention


def test_given_attention_is_that_of_the_sites_and_uniform_ignores_it() -> None:
    chosen = sites(a=5, c=0)
    assert attention(WebRules(), chosen, Draws(1)).tolist() == [5, 1, 0, 1]
    assert attention(WebRules(attention="uniform"), chosen, Draws(1)).tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("name", ["links.graphml", "links.txt"])
@pytest.mark.parametrize("damping", [0.85, 0.5])
def test_pagerank_of_a_given_network_is_that_of_networkx(
    tmp_path: Path, name: str, damping: float
) -> None:
    graph = nx.DiGraph(LINKS)
    if name.endswith("graphml"):
        nx.write_graphml(graph, tmp_path / name)
    else:
        (tmp_path / name).write_text("".join(f"{a} {b}\n" for a, b in LINKS), encoding="utf-8")
    rank = nx.pagerank(graph, alpha=damping)
    expected = [4 * rank[site] * (3 if site == "b" else 1) for site in NAMES]
    links = Links(file=name, damping=damping)
    np.testing.assert_allclose(pagerank(links, tmp_path, b=3), expected, rtol=1e-4)


def test_pagerank_by_hand_of_one_hub_that_all_link_to(tmp_path: Path) -> None:
    (tmp_path / "links.txt").write_text("b a\nc a\nd a\n", encoding="utf-8")
    leaf = 1 / (4 + 0.85 * 3)  # r_leaf = (1 - c)/4 + c r_a/4 and r_a = r_leaf + 3 c r_leaf
    expected = [4 * (leaf + 3 * 0.85 * leaf), 4 * leaf, 4 * leaf, 4 * leaf]
    np.testing.assert_allclose(pagerank(Links(file="links.txt"), tmp_path), expected, rtol=1e-4)


@given(
    links=st.builds(
        Links,
        generated=st.sampled_from(["scale_free", "random"]),
        links_per_site=st.integers(1, 5),
    ),
    number=st.integers(1, 12),
    seed=st.integers(0, 999),
)
@settings(max_examples=30, deadline=None)
def test_a_generated_network_links_every_site_to_others_and_scales_to_mean_one(
    links: Links, number: int, seed: int
) -> None:
    names = [f"s{i}" for i in range(number)]
    graph = hyperlinks(links, names, Draws(seed))
    assert list(graph) == names
    assert all(graph.out_degree(n) == min(links.links_per_site, number - 1) for n in names)
    assert nx.number_of_selfloops(graph) == 0
    again = hyperlinks(links, names, Draws(seed))
    assert nx.utils.edges_equal(graph.edges, again.edges, directed=True)
    rules = WebRules(attention="pagerank", links=links)
    pull = attention(rules, [Site(name=name) for name in names], Draws(seed))
    assert pull.mean() == pytest.approx(1)


def test_a_scale_free_network_has_larger_hubs_than_a_random_one() -> None:
    names = [f"s{i}" for i in range(300)]
    hubs = {
        kind: np.mean(
            [
                max(d for _, d in hyperlinks(Links(generated=kind), names, Draws(seed)).in_degree)
                for seed in range(3)
            ]
        )
        for kind in ("scale_free", "random")
    }
    assert hubs["scale_free"] > 2 * hubs["random"], hubs


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("gone.txt", None, "given gone.txt, which is not a file"),
        ("bad.graphml", "<graphml>", "neither GraphML nor an edge list"),
        ("bad.graphml", "a b\n", "neither GraphML nor an edge list"),
        ("bad.txt", "a\x00 b c d e\n\xff", "links.file"),
        ("strange.txt", "a bb\n", "given a link of 'bb', which is no site"),
    ],
)
def test_a_bad_network_is_refused_in_one_sentence(
    tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_bytes(text.encode("latin-1"))
    with pytest.raises(ValueError, match=r"^web\.links\.file: ") as caught:
        pagerank(Links(file=name), tmp_path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_undirected_network_links_both_ways(tmp_path: Path) -> None:
    nx.write_graphml(nx.Graph(LINKS), tmp_path / "links.graphml")
    rank = nx.pagerank(nx.Graph(LINKS).to_directed())
    found = pagerank(Links(file="links.graphml"), tmp_path)
    np.testing.assert_allclose(found, [4 * rank[name] for name in NAMES], rtol=1e-4)


# ---------------------------------------------------------------------- the pull of a site


@pytest.mark.parametrize(
    ("eta", "pull"),
    [(0, [3, 1, 1]), (1, [300, 200, 400]), (0.5, [30, 200**0.5, 20]), (2, [3e4, 4e4, 16e4])],
)
def test_a_site_is_read_by_attention_times_stock_to_the_eta(eta: float, pull: list[float]) -> None:
    made = world(
        1,
        web={"eta": eta},
        sites=[
            {"name": "x", "volume": "exact", "attention": 3, "start": 100},
            {"name": "y", "volume": "exact", "start": 200},
            {"name": "z", "volume": "exact", "start": 400},
            {"name": "void"},
            {"name": "ignored", "attention": 0, "start": 1000},
        ],
        humans=[human(writes={"x": 1})],
        models=[reader(n=10)],
    )
    expected = dict(zip(["x/human", "y/human", "z/human"], np.array(pull) / sum(pull), strict=True))
    assert shares(made, "m") == pytest.approx(expected)


def test_the_attention_of_a_group_falls_with_the_members_number() -> None:
    made = world(
        1,
        web={"eta": 0},
        sites=[{"name": "s", "count": 3, "attention": 6, "attention_falls": 1, "start": 50}],
        humans=[human(writes={"s": 1})],
        models=[reader(n=10)],
    )
    found = [shares(made, "m")[f"s-{i}/human"] for i in (1, 2, 3)]
    assert found == pytest.approx([6 / 11, 3 / 11, 2 / 11])


def test_a_retention_of_a_site_says_what_survives_a_step() -> None:
    survival = [
        Site(name="s", retention=retention).survival
        for retention in ("latest", "everything", HalfLife(half_life=1), HalfLife(half_life=4))
    ]
    assert survival == pytest.approx([0, 1, 0.5, 2**-0.25])


# ---------------------------------------------------------------------- who may


def test_only_named_readers_and_their_groups_crawl_a_site() -> None:
    made = world(
        1,
        domains={"d": WORDS},
        sites=[
            {"name": "free", "start": 100},
            {"name": "club", "start": 100, "readers": ["in", "team"]},
            {"name": "hidden", "start": 100, "open": False},
        ],
        humans=[human(writes={"free": 1})],
        models=[
            reader("in", n=10),
            reader("out", n=10),
            {**reader("team", n=10), "count": 2},
            reader("thief", n=10, takes=[{"source": "hidden", "share": 1}]),
        ],
    )
    read = {name: set(shares(made, name)) for name in ("in", "out", "team-1", "team-2", "thief")}
    both = {"free/human", "club/human"}
    assert read == {
        "in": both,
        "out": {"free/human"},
        "team-1": both,
        "team-2": both,
        "thief": {"hidden/human"},
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"sites": [{"name": "s", "writers": ["other"]}], "humans": [human(writes={"s": 1}),
                                                                       human("other")]},
            "humans.people.writes: given 's', which does not let 'people' write there",
        ),
        (
            {"sites": [{"name": "s", "readers": ["people"]}], "humans": [human()],
             "models": [reader(n=5)]},
            "models.m.diet.takes.0.source: given 'web', which 'm' may not read",
        ),
        (
            {"sites": [{"name": "s", "readers": ["nobody"]}]},
            "sites.s.readers: given 'nobody', which is no author",
        ),
    ],
)  # fmt: skip
def test_who_may_not_is_told_so_in_one_sentence(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario(**changes)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "bad",
    [
        {"name": ""},
        {"name": "s", "count": 0},
        {"name": "s", "attention": -1},
        {"name": "s", "attention": float("nan")},
        {"name": "s", "retention": "forever"},
        {"name": "s", "retention": {"half_life": 0}},
        {"name": "s", "start": -1},
        {"name": "s", "sart": 1},
    ],
    ids=str,
)
def test_what_is_no_site_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Site(**bad)

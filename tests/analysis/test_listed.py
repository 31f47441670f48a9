"""What a blocklist stops and what fills up: against a walk through the ledger, node by node."""

from collections.abc import Callable, Collection
from functools import cache
from typing import Any

import numpy as np
import pytest

from analysis.ancestry import Ancestry
from analysis.contamination import error_load, lost_ancestry, measure_for, population
from analysis.listed import Listed, Takes, What, listed
from analysis.renormalised import best_refilled, renormalised
from analysis.run import Run
from scenarios.scenario import Scenario
from tests.conftest import small_world

TAKES: Takes = {"epsilon": [["forum-1", "forum-2"], ["farm-1", "farm-2", "stream"]]}
EPSILON: dict[str, Any] = {
    "name": "epsilon",
    "volume": 60,
    "writes": {"forum": 1},
    "diet": {
        "n": 200,
        "takes": [
            {"source": ["forum-1", "forum-2"], "share": 0.4},
            {"source": ["farm", "stream"], "share": 0.6},
        ],
    },
    "learner": {"kind": "frequencies", "inertia": 0.3, "hallucination": "evidence"},
}
ASKING = {"discount": 0.3, "cost": 0.3}


@pytest.fixture(scope="module")
def world() -> Run:
    """The small world, a model of two takes beside the others, people who ask models."""
    plain = small_world()
    plain["models"].append(EPSILON)
    plain["humans"].append(
        {"name": "askers", "volume": 50, "writes": {"forum-1": 1}, "shortcut": ASKING}
    )
    return Scenario.parse(plain).run()


@pytest.fixture(scope="module")
def ancestry(world: Run) -> Ancestry:
    return Ancestry(world, "facts")


class Walk:
    """The same by walking back from each node, in two views; the oracle.

    Args:
        refilled: whether what is left is drawn as much as before.
    """

    def __init__(
        self,
        ancestry: Ancestry,
        authors: Collection[str] = (),
        sites: Collection[str] = (),
        readers: Collection[str] | None = None,
        start: int = 1,
        takes: Takes | None = None,
        refilled: bool = True,
    ) -> None:
        self.rows = ancestry.nodes.to_dict("records")
        matrix = ancestry.layers.matrix
        spans = zip(matrix.indptr, matrix.indptr[1:], strict=False)
        self.parents = [
            list(zip(matrix.indices[a:b].tolist(), matrix.data[a:b].tolist(), strict=True))
            for a, b in spans
        ]
        self.authors, self.sites, self.readers = authors, sites, readers
        self.start, self.takes, self.refilled = start, takes or {}, refilled
        self.text = cache(self._text)
        self.load = cache(self._load)

    def loads(self) -> list[float]:
        return [
            self.text(v, False)[1] if row["kind"] in ("batch", "site", "thinned") else self.load(v)
            for v, row in enumerate(self.rows)
        ]

    def _text(self, v: int, uses: bool) -> tuple[float, float]:
        """Mass of a text that is left, and contamination in it, in one of two views."""
        row = self.rows[v]
        if row["kind"] not in ("batch", "site", "thinned"):
            return 1.0, self.load(v)
        if uses and row["site"] in self.sites:
            return 0.0, 0.0
        kept = error = 0.0
        for u, share in self.parents[v]:
            by = self.rows[u]
            marked = row["kind"] == "batch" and row["step"] >= self.start
            if uses and marked and by["name"] in self.authors:
                continue
            mass, wrong = self.text(u, uses)
            kept, error = kept + share * mass, error + share * wrong
        return kept, error

    def _load(self, v: int) -> float:
        row = self.rows[v]
        mu = row["invented"]
        if row["kind"] == "training":
            kept, error = self.read(v)
            if self.refilled and kept == 0:
                return self.load(self.before(v))
            return mu + (1 - mu) * error / (kept if self.refilled else 1.0)
        if row["kind"] == "sample":
            kept, error = self.read(v)
            return error / kept if self.refilled and row["law"] != "all" and kept else error
        return mu + (1 - mu) * sum(share * self.load(u) for u, share in self.parents[v])

    def read(self, v: int) -> tuple[float, float]:
        row = self.rows[v]
        reader = row["name"].split("#")[0]
        uses = row["step"] >= self.start and (self.readers is None or reader in self.readers)
        ways: dict[int, list[tuple[float, float, float]]] = {}
        for u, share in self.parents[v]:
            if self.rows[u]["kind"] == "sample":
                kept = self.read(u)[0]
                if self.refilled and self.rows[u]["law"] != "all":
                    kept = float(kept > 0)
                found = kept, self.load(u)
            else:
                found = self.text(u, uses)
            way = next(
                (i for i, t in enumerate(self.takes.get(reader, ())) if self.rows[u]["site"] in t),
                -1,
            )
            ways.setdefault(way, []).append((share, *found))
        total = np.zeros(2)
        for way, each in ways.items():
            mass = np.array([[share * k, share * e] for share, k, e in each]).sum(axis=0)
            if way >= 0 and self.refilled:
                mass = mass / mass[0] * sum(s for s, *_ in each) if mass[0] else np.zeros(2)
            total += mass
        return float(total[0]), float(total[1])

    def before(self, v: int) -> int:
        return max(
            u
            for u in range(v)
            if self.rows[u]["name"] == self.rows[v]["name"]
            and self.rows[u]["kind"] in ("training", "model", "start")
        )


LISTS: list[tuple[What, list[str], dict[str, Any]]] = [
    ("models", [], {}),
    ("models", ["alpha"], {}),
    ("models", ["alpha", "gamma", "epsilon"], {"start": 4}),
    ("models", ["alpha", "beta"], {"readers": ["gamma", "epsilon"]}),
    ("models", ["gamma"], {"takes": TAKES}),
    ("communities", ["people-1", "askers"], {}),
    ("sites", ["forum-1", "farm-1"], {"takes": TAKES}),
    ("sites", ["farm-1", "farm-2", "stream"], {"takes": TAKES, "readers": ["epsilon", "beta"]}),
    ("sites", ["forum-1", "forum-2", "forum-3", "farm-1", "farm-2", "stream"], {"start": 3}),
]


def chosen(web: Listed, names: list[str]) -> list[int]:
    return [web.gates.names.index(name) for name in names]


def walk(ancestry: Ancestry, what: What, names: list[str], **options: Any) -> list[float]:
    blocked = {"sites": names} if what == "sites" else {"authors": names}
    return Walk(ancestry, **blocked, **options).loads()


@pytest.mark.parametrize(("what", "names", "options"), LISTS, ids=str)
def test_what_fills_up_is_what_a_walk_through_the_ledger_finds(
    ancestry: Ancestry, what: What, names: list[str], options: dict[str, Any]
) -> None:
    web = listed(ancestry, what, error_load(ancestry), **options)
    found = renormalised(web, chosen(web, names))[web.place]
    np.testing.assert_allclose(found, walk(ancestry, what, names, **options), rtol=1e-11)


@pytest.mark.parametrize(("what", "names", "options"), LISTS, ids=str)
def test_masses_are_what_a_walk_through_the_ledger_finds(
    ancestry: Ancestry, what: What, names: list[str], options: dict[str, Any]
) -> None:
    web = listed(ancestry, what, error_load(ancestry), **options)
    found = web.gates.load(chosen(web, names))[web.place]
    expected = walk(ancestry, what, names, refilled=False, **options)
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-16)


def test_the_world_has_all_that_matters(ancestry: Ancestry) -> None:
    kinds = set(ancestry.nodes["kind"])
    assert {"learning", "model", "sample", "thinned", "site", "batch"} <= kinds
    assert {"all", "distinct", "multinomial"} <= set(ancestry.nodes["law"])
    # alpha reads nothing but the web: with all of it shut it stays what it was
    shut = renormalised(
        web := listed(ancestry, "sites", error_load(ancestry)), range(len(web.gates.names))
    )
    first, last = (ancestry.find(f"alpha@{step}") for step in (0, 8))
    assert web.target(last) @ shut == web.target(first) @ shut


def test_what_is_picked_by_what_is_left_leaves_least_at_each_pick(ancestry: Ancestry) -> None:
    web = listed(ancestry, "sites", error_load(ancestry), takes=TAKES)
    target = web.target(ancestry.find("epsilon@8"))
    before: list[str] = []
    picks = best_refilled(web, target, 3)
    for pick in picks:
        tried = {
            name: walk(ancestry, "sites", [*before, name], takes=TAKES)
            for name in set(web.gates.names) - set(before)
        }
        left = {name: loads @ ancestry.find("epsilon@8") for name, loads in tried.items()}
        assert pick.predicted == pytest.approx(min(left.values()))
        assert left[pick.name] == pytest.approx(pick.predicted)
        before.append(pick.name)
    assert len(before) == 3


def test_nothing_is_picked_where_what_fills_up_is_worse(ancestry: Ancestry) -> None:
    web = listed(ancestry, "communities", error_load(ancestry))
    target = web.target(ancestry.find("epsilon@8"))
    picks = best_refilled(web, target, 4)
    assert [pick.name for pick in picks] == ["askers"]  # who repeat what models say


@pytest.mark.parametrize("gamma", [1.0, 0.9, 0.5])
def test_with_nothing_shut_measures_are_those_of_ancestry(ancestry: Ancestry, gamma: float) -> None:
    lost = listed(ancestry, "models", lost_ancestry(ancestry, gamma))
    expected = 1 - ancestry.human_ancestry(gamma)
    np.testing.assert_allclose(lost.gates.load()[lost.place], expected, atol=1e-12)
    plain = lost_ancestry(ancestry, gamma).load(ancestry.layers)
    np.testing.assert_allclose(plain, expected, atol=1e-12)
    errors = listed(ancestry, "models", error_load(ancestry), takes=TAKES)
    np.testing.assert_allclose(errors.gates.load()[errors.place], ancestry.error_load(), atol=1e-12)


def test_where_nobody_makes_anything_up_it_is_human_ancestry_that_counts(
    small: Callable[..., Scenario],
) -> None:
    never = {"models.*.learner.hallucination": "never", "models.*.learner.floor": 0}
    honest = small({**never, "humans.*.error": 0}).run()
    assert measure_for(Ancestry(honest, "facts")) is lost_ancestry
    assert measure_for(Ancestry(small().run(), "facts")) is error_load


def test_the_population_is_every_models_latest_self(ancestry: Ancestry) -> None:
    weights = population(ancestry)
    names = ["alpha", "beta", "delta", "epsilon", "gamma"]
    expected = sum(ancestry.find(name) for name in names) / 5
    np.testing.assert_array_equal(weights, expected)


def test_single_nodes_are_told_apart(ancestry: Ancestry) -> None:
    web = listed(ancestry, "nodes", error_load(ancestry))
    assert {"alpha@3", "people-1@0", "batch farm-1/model@2", "thinned farm-1/model@4"} <= set(
        web.gates.names
    )
    one = renormalised(web, chosen(web, ["batch farm-1/model@2"]))
    assert (one != renormalised(web, [])).any()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"what": "modles"}, "what: given 'modles', allowed models, communities, sites, nodes"),
        ({"readers": ["alpah"]}, "readers: given 'alpah', did you mean 'alpha'?"),
        ({"readers": ["people-1"]}, "readers: given 'people-1'"),
    ],
)
def test_what_cannot_be_listed_is_refused(
    ancestry: Ancestry, given: dict[str, Any], said: str
) -> None:
    options: dict[str, Any] = {"what": "models", **given}
    with pytest.raises(ValueError, match="^" + said.replace("?", "\\?")):
        listed(ancestry, found=error_load(ancestry), **options)

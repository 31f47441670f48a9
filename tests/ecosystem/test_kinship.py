"""Kinship on the live frontier: the same as Phi = T D T' over the whole ledger, and its rules."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.kinship import DESCENT, TOPIC, Kinship
from ecosystem.ledger import Ledger, Node
from scenarios.execution import Execution
from scenarios.scenario import Scenario

Floats = NDArray[np.float64]


class Book:
    """A ledger of one domain with short ways to write in it."""

    def __init__(self) -> None:
        self.ledger = Ledger(kinship=True)

    def founder(self, topics: list[float] | None = None, documents: float = np.inf) -> int:
        own = np.array([0.5, 0.5] if topics is None else topics)
        return self.ledger.node(Node("founder", 0, "d", "h", documents), topics=own)

    def node(self, law: str, documents: float, *parents: tuple[int, float], **more: Any) -> int:
        """What holds documents where a site is given, else an author."""
        kind = "batch" if "site" in more else "training"
        return self.ledger.node(Node(kind, 0, "d", "x", documents, law=law, **more), parents)

    @property
    def kinship(self) -> Kinship:
        return self.ledger.kinships["d"]

    def phi(self, *nodes: int, kind: int = DESCENT) -> Floats:
        return self.kinship.between(np.array(nodes))[kind]

    def f(self, node: int) -> float:
        return float(self.kinship.inbreeding(np.array([node]))[0])


# ---------------------------------------------------------------------- the rules, by hand


def test_founders_are_no_kin_and_a_finite_one_is_kin_to_itself() -> None:
    book = Book()
    one, other, finite = book.founder(), book.founder(), book.founder(documents=50)
    assert book.phi(one, other, finite).tolist() == [[0, 0, 0], [0, 0, 0], [0, 0, 1 / 50]]
    same = 0.5 + 0.5 / 50  # one document, or two on one of two equal topics
    topics = book.phi(one, other, finite, kind=TOPIC)
    np.testing.assert_allclose(topics, [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5], [0.5, 0.5, same]])


def test_a_lineage_loses_one_nth_of_its_diversity_a_generation() -> None:
    """E H_t = H_0 (1 - 1/n)^t (law A-01)."""
    book = Book()
    node = book.founder()
    for t in range(1, 20):
        node = book.node("multinomial", 10, (node, 1.0))
        assert book.phi(node)[0, 0] == pytest.approx(1 - 0.9**t)
        assert book.f(node) == pytest.approx(1 - 0.9 ** (t - 1))


def test_two_samples_of_one_source_are_kin_by_its_kinship() -> None:
    book = Book()
    source = book.node("multinomial", 10, (book.founder(), 1.0))
    one, other = (book.node("multinomial", 5, (source, 1.0)) for _ in range(2))
    assert book.phi(one, other)[0, 1] == pytest.approx(0.1)
    assert book.phi(one, source)[0, 1] == pytest.approx(0.1)


def test_a_pool_adds_no_loss_and_knows_its_distinct_documents() -> None:
    book = Book()
    founder = book.founder()
    one, other = (book.node("poisson", 10, (founder, 1.0), site="s") for _ in range(2))
    pool = book.node("pool", 20, (one, 0.5), (other, 0.5))
    assert book.phi(pool)[0, 0] == pytest.approx(0.05)
    assert book.f(pool) == pytest.approx(0.0, abs=1e-15)  # 20 originals


def test_a_quota_of_each_parent_is_wright_s_rule() -> None:
    book = Book()
    parents = [book.node("exact", 2, (book.founder(), 1.0)) for _ in range(2)]
    sibs = [book.node("exact", 2, *((p, 0.5) for p in parents)) for _ in range(2)]
    child = book.node("exact", 2, *((s, 0.5) for s in sibs))
    assert book.f(child) == pytest.approx(book.phi(*sibs)[0, 1])


def test_without_replacement_all_of_a_stock_is_the_stock() -> None:
    book = Book()
    stock = book.node("poisson", 40, (book.founder(), 1.0), site="s")
    first = book.node("multinomial", 7, (stock, 1.0))
    stood = book.node("poisson", 12, (first, 1.0), site="s")
    for law in ("distinct", "all"):
        sample = book.node(law, 12, (stood, 1.0))
        assert book.phi(sample)[0, 0] == pytest.approx(book.phi(stood)[0, 0])
    part = book.node("distinct", 5, (stood, 1.0))
    distinct = (12 * book.phi(stood)[0, 0] - 1) / 11
    assert book.f(part) == pytest.approx(distinct)
    assert book.phi(part)[0, 0] == pytest.approx(1 / 5 + 4 / 5 * distinct)


def test_shelves_of_one_site_are_one_stock_and_those_of_several_are_not() -> None:
    """DESIGN, section 9: a pair within one site never is one document; across sites, Phi_ss'."""
    book = Book()
    founder = book.founder()
    author = book.node("multinomial", 3, (founder, 1.0))
    shelves = [
        book.node("poisson", n, (source, 1.0), site=site)
        for n, source, site in ((4, author, "s"), (6, founder, "s"), (5, author, "t"))
    ]
    phi = book.phi(*shelves)
    s = np.array([0.4, 0.6, 0.0])
    t = np.array([0.0, 0.0, 1.0])
    in_s = (s @ phi @ s - 1 / 10) / (1 - 1 / 10)
    in_t = (t @ phi @ t - 1 / 5) / (1 - 1 / 5)
    pairs = 0.7**2 * in_s + 0.3**2 * in_t + 2 * 0.7 * 0.3 * (s @ phi @ t)
    found = book.node("distinct", 6, *zip(shelves, (0.28, 0.42, 0.3), strict=True))
    assert book.f(found) == pytest.approx(pairs)
    assert book.phi(found)[0, 0] == pytest.approx(1 / 6 + 5 / 6 * pairs)


def test_merged_samples_are_each_a_stock_of_its_own() -> None:
    """Each of 6 documents is of the first sample with chance .25: pairs by where they are from."""
    book = Book()
    founder = book.founder()
    kin = book.node("multinomial", 2, (founder, 1.0))
    one, other = (
        book.node("multinomial", n, (source, 1.0), site="take")
        for n, source in ((4, kin), (12, founder))
    )
    merged = book.node("merged", 6, (one, 0.25), (other, 0.75))
    pairs = 0.25**2 * 0.5  # two of the first are kin by half, of the second never
    assert book.f(merged) == pytest.approx(pairs)
    assert book.phi(merged)[0, 0] == pytest.approx(1 / 6 + 5 / 6 * pairs)


def test_what_is_drawn_from_a_distribution_is_drawn_with_replacement() -> None:
    book = Book()
    author = book.node("multinomial", 3, (book.founder(), 1.0))
    endless = book.node("pool", 40, (book.node("pool", 10, (author, 1.0), site="s"), 1.0), site="s")
    found = book.node("distinct", 5, (endless, 1.0))
    assert book.f(found) == pytest.approx(book.phi(endless)[0, 0])


def test_what_is_made_up_is_a_new_original_but_on_a_known_topic() -> None:
    """Infinite alleles: F = (1 - u)^2 Phi of the source (law A-47)."""
    book = Book()
    source = book.node("multinomial", 10, (book.founder(), 1.0))
    made = book.node("multinomial", 20, (source, 1.0), invented=0.25)
    assert book.f(made) == pytest.approx(0.75**2 * 0.1)
    assert book.phi(made, source)[0, 1] == pytest.approx(0.75 * 0.1)
    assert book.phi(made, source, kind=TOPIC)[0, 1] == pytest.approx(0.5 + 0.5 * 0.1)


def test_what_is_novel_is_a_new_original_on_a_new_topic() -> None:
    """Infinite alleles, and of what is left a quarter of the values are made up."""
    book = Book()
    source = book.node("multinomial", 10, (book.founder(), 1.0))
    made = book.node("multinomial", 20, (source, 1.0), invented=0.25, novel=0.2)
    assert book.f(made) == pytest.approx((0.8 * 0.75) ** 2 * 0.1)
    assert book.phi(made, source)[0, 1] == pytest.approx(0.8 * 0.75 * 0.1)
    topics = book.phi(made, source, kind=TOPIC)
    assert topics[0, 1] == pytest.approx(0.8 * 0.55)
    assert topics[0, 0] == pytest.approx(0.8**2 * (0.55 + 0.45 / 20))


def test_a_start_that_no_human_wrote_shares_its_topics_as_far_as_they_are_not_novel() -> None:
    book = Book()
    human = book.founder([0.9, 0.1])
    start = Node("start", 0, "d", "m", novel=0.2)
    begun = book.ledger.node(start, topics=np.array([0.5, 0.5]))
    found = book.phi(human, begun, kind=TOPIC)
    np.testing.assert_allclose(found, [[0.82, 0.8 * 0.5], [0.8 * 0.5, 0.8**2 * 0.5]])
    assert book.phi(human, begun).tolist() == [[0, 0], [0, 0]]


def test_topics_of_several_founders_are_shared_as_far_as_they_overlap() -> None:
    book = Book()
    one, other = book.founder([0.9, 0.1, 0.0]), book.founder([0.2, 0.2, 0.6])
    mix = book.node("pool", np.inf, (one, 0.5), (other, 0.5))
    late = book.founder([0.0, 0.0, 1.0])
    topics = np.array([[0.9, 0.1, 0.0], [0.2, 0.2, 0.6], [0.55, 0.15, 0.3], [0.0, 0.0, 1.0]])
    found = book.phi(one, other, mix, late, kind=TOPIC)
    np.testing.assert_allclose(found, topics @ topics.T)


def test_a_retired_node_cannot_be_a_parent_and_its_place_is_used_again() -> None:
    book = Book()
    founder = book.founder()
    gone = book.node("multinomial", 10, (founder, 1.0))
    stays = book.node("multinomial", 10, (founder, 1.0))
    book.ledger.retire("d", np.array([stays, -1]))
    for _ in range(50):
        new = book.node("multinomial", 5, (stays, 1.0))
        assert book.phi(new, stays)[0, 1] == pytest.approx(0.1)
        assert book.phi(new, founder)[0, 1] == 0.0
        book.ledger.retire("d", np.array([stays]))
    assert book.kinship.state()["phi"].shape[1] == 16
    book.node("multinomial", 5, (gone, 1.0))
    with pytest.raises(ValueError, match=f"given node {gone}, allowed a live one"):
        book.kinship.drain()


# ---------------------------------------------------------------------- of whole runs

WORLDS: dict[str, dict[str, Any]] = {
    "habsburg": {"steps": 4},
    "knowledge_collapse": {"steps": 6},
    "false_dates": {"steps": 6},
    "edge_cases": {"steps": 3},
    "blindness": {"steps": 5},
}


def streamed_and_solved(name: str) -> list[tuple[Floats, Floats]]:
    """By domain, Phi between what is live at the end, as carried along and as T D T'."""
    execution = Execution(Scenario.load(name).with_(WORLDS[name]))
    execution.finish()
    nodes, edges = (t.to_pandas() for t in execution.world.ledger.tables())
    size = len(nodes)
    w = np.zeros((size, size))
    w[edges["child"], edges["parent"]] = edges["share"]
    founder = ~np.isin(np.arange(size), edges["child"])
    copied = (1 - nodes["invented"].to_numpy()) * (1 - nodes["novel"].to_numpy())
    w *= np.where(founder, 0.0, copied)[:, None]
    t = np.linalg.inv(np.eye(size) - w)
    phi = t @ np.diag(nodes["drift"].to_numpy()) @ t.T
    found = []
    for domain, kinship in execution.world.ledger.kinships.items():
        stock = execution.world.stocks[domain]
        live = np.concatenate([stock.node, stock.author_node, stock.training_node])
        live = np.unique(live[live >= 0])
        found.append((kinship.between(live)[DESCENT], phi[np.ix_(live, live)]))
        own = nodes.loc[live, "kinship"].to_numpy()
        np.testing.assert_array_equal(own, np.diagonal(found[-1][0]))
    return found


@pytest.mark.parametrize("name", WORLDS)
def test_what_is_carried_along_equals_t_d_t(name: str) -> None:
    for streamed, solved in streamed_and_solved(name):
        np.testing.assert_allclose(streamed, solved, rtol=0, atol=1e-12)


def test_kinship_changes_nothing_else_and_is_optional() -> None:
    scenario = Scenario.load("habsburg").with_(steps=2).only("birds")
    plain, kept = scenario.with_(kinship=False).run(), scenario.run()
    assert plain.nodes is not None and kept.nodes is not None
    assert plain.nodes["kinship"].null_count == plain.nodes.num_rows
    assert kept.nodes["kinship"].null_count == 0
    assert not any(".inbreeding" in column for column in plain.metrics)
    shared = list(plain.metrics)
    assert kept.metrics[shared].equals(plain.metrics)


def test_kinship_is_left_out_of_large_webs_unless_asked_for() -> None:
    """Its cost grows with the square of authors and shelves: up to 300 where not asked for."""
    plain = Scenario.load("wright_fisher").with_(steps=1, meters=["inbreeding"])
    for models, kept in ((298, True), (299, False)):
        world = Execution(plain.with_({"models.*.count": models})).world
        assert bool(world.ledger.kinships) == kept
    asked = plain.with_({"models.*.count": 299, "kinship": True})
    assert Execution(asked).world.ledger.kinships


def test_a_pool_of_takes_that_makes_things_up_is_a_sample_like_any_other() -> None:
    book = Book()
    founder = book.founder()
    take = book.node("multinomial", 100, (founder, 1.0), site="take")
    pooled = book.node("pool", 100, (take, 1.0), invented=0.1)
    drawn = book.node("multinomial", 100, (founder, 1.0), invented=0.1)
    assert book.f(pooled) == pytest.approx(book.f(drawn), abs=1e-15)
    assert book.phi(pooled)[0, 0] == pytest.approx(book.phi(drawn)[0, 0])


def test_weights_count_in_a_pool_of_takes() -> None:
    """Distinct documents of two originals-only takes are never kin, whatever they weigh."""
    book = Book()
    founder = book.founder()
    takes = [book.node("multinomial", 40, (founder, 1.0), site="take") for _ in range(2)]
    pooled = book.node("pool", 80, (takes[0], 0.1), (takes[1], 0.9))
    assert book.f(pooled) == pytest.approx(0.0, abs=1e-15)
    assert book.phi(pooled)[0, 0] == pytest.approx((0.1**2 + 0.9**2) / 40)


def test_stocks_of_one_document_give_it_once() -> None:
    book = Book()
    founder = book.founder()
    singles = [book.node("poisson", 1, (founder, 1.0), site=f"s{i}") for i in range(4)]
    found = book.node("distinct", 4, *((single, 0.25) for single in singles))
    assert book.f(found) == pytest.approx(0.0, abs=1e-15)
    assert book.phi(found)[0, 0] == pytest.approx(0.25)


@pytest.mark.parametrize("name", WORLDS)
def test_coefficients_are_chances(name: str) -> None:
    changes = {"models.*.diet": {"n": 40, "allocation": "quota"}} if name == "false_dates" else {}
    nodes = Scenario.load(name).with_({**WORLDS[name], "lineage": 0, **changes}).run().nodes
    assert nodes is not None
    table = nodes.to_pandas()
    assert (table["inbreeding"] >= -1e-12).all()
    assert (table["kinship"] >= table["inbreeding"] - 1e-12).all()
    assert (table["kinship"] <= 1 + 1e-12).all()
    assert (table["drift"] >= -1e-12).all()

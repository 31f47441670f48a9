"""What stands on the web: nothing appears, vanishes or mixes but by the law of its site."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ecosystem.small import (
    ENDLESS,
    FACTS,
    TOPICS,
    WORDS,
    agent,
    human,
    shelves,
    speaker,
    standing,
    world,
)
from tests.theory.verdict import Floats, holds

SEED = 7
R = 300
Family = dict[str, tuple[Floats, float]]


def sites(**fields: Any) -> list[dict[str, Any]]:
    return [{"name": "s", "count": R, **fields}]


def writers(**fields: Any) -> list[dict[str, Any]]:
    """Human i writes on site i only."""
    return [human("h", count=R, writes={"s-{i}": 1}, **fields)]


def moments(draws: Floats, mean: Floats, variance: Floats) -> Family:
    """(R, cells): mean and variance of every cell about its law."""
    family = {f"mean of {i}": (draws[:, i], float(mean[i])) for i in range(mean.size)}
    spread = (draws - mean) ** 2
    return family | {f"variance of {i}": (spread[:, i], float(variance[i])) for i in range(3)}


# ---------------------------------------------------------------------- volume laws


def test_exact_volumes_make_a_multinomial_of_exactly_the_rounded_volume() -> None:
    made = world(1, sites=sites(volume="exact", retention="latest"), humans=writers(volume=40.4))
    cells = standing(made, "s").sum(axis=2)
    p = np.array(TOPICS)
    assert set(cells.sum(axis=1)) == {40.0}
    holds("exact volume", SEED, moments(cells, 40 * p, 40 * p * (1 - p)))


def test_poisson_volumes_make_independent_poisson_cells() -> None:
    made = world(1, sites=sites(volume="poisson", retention="latest"), humans=writers(volume=40.4))
    cells = standing(made, "s").sum(axis=2)
    mean = 40.4 * np.array(TOPICS)
    family = moments(cells, mean, mean)
    family["covariance of 0 and 1"] = (
        (cells[:, 0] - mean[0]) * (cells[:, 1] - mean[1]),
        0.0,
    )
    total = cells.sum(axis=1)
    family |= {"total": (total, 40.4), "variance of total": ((total - 40.4) ** 2, 40.4)}
    holds("Poisson volume", SEED, family)


def test_a_cell_varies_less_where_volumes_are_exact() -> None:
    exact, poisson = (
        standing(world(1, sites=sites(volume=law), humans=writers(volume=50)), "s")
        .sum(axis=2)[:, 0]
        .var()
        for law in ("exact", "poisson")
    )
    assert exact < 0.75 * poisson, f"R={R} seed={SEED}: {exact:.1f} and {poisson:.1f}, law 12.5, 25"


@pytest.mark.parametrize(
    ("volume", "documents"), [(0.4, 0), (0.6, 1), (2.5, 2), (3.5, 4), (1e12 + 0.2, 1e12)]
)
def test_an_exact_volume_is_rounded_to_whole_documents(volume: float, documents: float) -> None:
    made = world(
        1,
        sites=[{"name": "s", "volume": "exact"}],
        humans=[human(volume=volume, writes={"s": 1})],
    )
    assert standing(made).sum() == documents


def test_unlimited_documents_are_the_authors_distribution_times_its_volume() -> None:
    made = world(
        1,
        sites=[{"name": "s", **ENDLESS}],
        humans=[human(volume=40.4, error=0.1, writes={"s": 1})],
    )
    domain = made.domains["d"]
    np.testing.assert_allclose(standing(made)[0], 40.4 * domain.truth(0.1), rtol=1e-14)


@pytest.mark.parametrize("law", ["exact", "poisson"])
def test_several_authors_are_mixed_by_their_volumes(law: str) -> None:
    made = world(
        1,
        domains={"d": WORDS},
        sites=sites(volume=law, retention="latest"),
        humans=[human("h", count=R, writes={"s-{i}": 1}, volume=30)],
        models=[speaker("m", 2, count=R, writes={"s-{i}": 1}, volume=20)],
    )
    cells = standing(made, "s")[:, :, 0]
    p = np.array(TOPICS)
    mean = 30 * p + 20 * np.eye(3)[2]
    variance = 30 * p * (1 - p) if law == "exact" else mean
    holds(f"two authors, {law}", SEED, moments(cells, mean, variance))


def test_an_authors_documents_are_spread_over_its_sites_by_weight() -> None:
    made = world(
        1,
        sites=[
            {"name": "big", "volume": "exact"},
            {"name": "pair", "count": 2, "volume": "exact"},
        ],
        humans=[human(volume=100, writes={"big": 3, "pair": 1})],
    )
    assert standing(made).sum(axis=(1, 2)).tolist() == [60, 20, 20]


# ---------------------------------------------------------------------- retention


@given(
    retention=st.sampled_from(["latest", "everything", 0.5, 4]),
    endless=st.booleans(),
    volume=st.sampled_from(["exact", "poisson"]),
    seed=st.integers(0, 99),
)
@settings(max_examples=15, deadline=None)
def test_documents_in_are_documents_standing_and_documents_gone(
    retention: Any, endless: bool, volume: str, seed: int
) -> None:
    aged = {"half_life": retention} if isinstance(retention, int | float) else retention
    site = {
        "name": "s",
        "retention": aged,
        "documents": "unlimited" if endless else "finite",
        "volume": volume,
        "start": 33,
    }
    made = world(
        seed=seed,
        sites=[site],
        humans=[human(volume=20, writes={"s": 1})],
        models=[speaker("m", 0, volume=10, writes={"s": 1})],
    )
    stock = made.stocks["d"]
    before = standing(made)[0]
    for _ in range(4):
        made.step()
        now = standing(made)[0]
        rows = slice(0, len(stock.shelves))
        np.testing.assert_allclose(stock.size[rows], stock.cells[rows].sum(axis=1), rtol=1e-12)
        assert stock.size.sum() == pytest.approx(now.sum(), rel=1e-12)
        kept = now.sum() - stock.published.sum()
        survival = {"latest": 0.0, "everything": 1.0}.get(str(retention))
        if survival is None:
            survival = 0.5 ** (1 / retention) if endless else None
        if survival is not None:
            assert kept == pytest.approx(survival * before.sum(), abs=1e-9)
        else:
            assert 0 <= kept <= before.sum()
        if not endless:
            assert (now == np.rint(now)).all()
        before = now


def test_unlimited_documents_halve_at_their_half_life() -> None:
    made = world(
        6,
        sites=[
            {
                "name": "s",
                "documents": "unlimited",
                "retention": {"half_life": 3},
                "start": 64,
            }
        ],
        humans=[human(writes={"s": 1})],
    )
    np.testing.assert_allclose(standing(made)[0].sum(axis=1), 16 * np.array(TOPICS), rtol=1e-12)


def test_finite_documents_survive_a_step_independently_of_each_other() -> None:
    made = world(
        1,
        sites=sites(volume="exact", retention={"half_life": 2}, start=80),
        humans=[human(writes={"s": 1})],
    )
    cells = standing(made, "s").sum(axis=2)
    q = 2**-0.5
    mean = 80 * q * np.array(TOPICS)  # thinned from a multinomial: a multinomial of 80 with p q
    p = q * np.array(TOPICS)
    holds("half-life, binomial", SEED, moments(cells, mean, 80 * p * (1 - p)))


def test_a_stationary_start_is_what_the_writers_would_have_left() -> None:
    site = {"name": "s", "documents": "unlimited", "retention": {"half_life": 5}}
    made = world(
        0,
        sites=[site | {"start": "stationary"}],
        humans=[human(volume=10, writes={"s": 1})],
    )
    size = standing(made).sum()
    assert size == pytest.approx(10 / (1 - 2 ** (-1 / 5)))
    made.step()
    assert standing(made).sum() == pytest.approx(size)


def test_what_humans_wrote_is_remembered_after_it_is_gone() -> None:
    made = world(
        5,
        domains={"d": WORDS},
        sites=[{"name": "s", "volume": "exact", "retention": "latest", "start": 7}],
        humans=[human(volume=10, writes={"s": 1})],
        models=[speaker("m", 0, volume=10**6, writes={"s": 1})],
    )
    assert made.stocks["d"].human_record.sum() == 57


# ---------------------------------------------------------------------- depth


def test_depth_is_the_mean_passages_of_the_documents_standing() -> None:
    made = world(
        5,
        sites=[{"name": "s", "documents": "unlimited", "retention": "everything"}],
        humans=[human(volume=30, writes={"s": 1})],
        models=[
            {"name": "m", "start": "truth", "volume": 10, "writes": {"s": 1}, "diet": {"n": 5}}
        ],
    )
    human_documents, model_documents, depth, writes_at = 0.0, 0.0, 0.0, 0.0
    for _ in range(5):
        human_documents += 30
        depth = (depth * model_documents + 10 * writes_at) / (model_documents + 10)
        model_documents += 10
        writes_at = 1 + depth * model_documents / (human_documents + model_documents)
    stock = made.stocks["d"]
    assert stock.depth[: len(stock.shelves)] == pytest.approx([0, depth])
    assert stock.author_depth == pytest.approx([0, writes_at])


# ---------------------------------------------------------------------- topic profiles

BIRDS = "name,weight,value,group\na,5,x,water\nb,3,y,water\nc,2,z,wood\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "birds.csv").write_text(BIRDS, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("law", [{"documents": "unlimited"}, {"volume": "exact"}, {}], ids=str)
def test_a_topic_profile_tilts_what_is_written_and_keeps_the_volume(
    table: Path, law: dict[str, str]
) -> None:
    made = world(
        1,
        table,
        domains={"d": {"kind": "encyclopedia", "table": "birds.csv"}},
        sites=[{"name": "s", "topics": {"d": {"wood": 4}}, **law}],
        humans=[
            human("all", volume=10**6, writes={"s": 1}),
            human("wader", volume=10**6, writes={"s": 1}, topics={"d": {"wood": 0}}),
        ],
    )
    per_item = standing(made)[0].sum(axis=1)
    balanced = made.stocks["d"].voices[:2].reshape(2, 3, -1).sum(axis=2)
    tilted = balanced * [1, 1, 4]
    expected = 10**6 * (tilted / tilted.sum(axis=1, keepdims=True)).sum(axis=0)
    assert per_item.sum() == pytest.approx(2 * 10**6, rel=5e-3)
    np.testing.assert_allclose(per_item, expected, rtol=0.01 if "documents" not in law else 1e-9)


@pytest.mark.parametrize("law", [{"documents": "unlimited"}, {"volume": "exact"}, {}], ids=str)
def test_an_author_with_nothing_to_say_on_a_sites_topics_writes_nothing_there(
    table: Path, law: dict[str, str]
) -> None:
    made = world(
        1,
        table,
        domains={"d": {"kind": "encyclopedia", "table": "birds.csv"}},
        sites=[{"name": "s", "topics": {"d": {"water": 0}}, **law}],
        humans=[human(volume=1000, writes={"s": 1})],
        models=[speaker("m", 0, volume=500, writes={"s": 1})],
    )
    cells = standing(made)[0]
    assert np.isfinite(cells).all()
    assert cells.sum() == pytest.approx(1000, abs=200)
    assert cells[:2].sum() == 0
    assert "s/model" not in shelves(made) or shelves(made)["s/model"].sum() == 0


def test_an_unknown_group_of_a_profile_is_refused_with_the_nearest(table: Path) -> None:
    with pytest.raises(ValueError, match=r"given the group 'wod', did you mean 'wood'\?"):
        world(
            0,
            table,
            domains={"d": {"kind": "encyclopedia", "table": "birds.csv"}},
            sites=[{"name": "s", "topics": {"d": {"wod": 1}}}],
        )


# ---------------------------------------------------------------------- true origin and marks


@pytest.mark.parametrize("law", [{"documents": "unlimited"}, {"volume": "exact"}], ids=str)
def test_passed_off_text_stands_on_human_sites_and_is_synthetic(law: dict[str, str]) -> None:
    made = world(
        1,
        domains={"d": WORDS},
        sites=[{"name": "forum", **law}, {"name": "farm", **law}],
        humans=[human(volume=1000, passed_off=0.3, writes={"forum": 1})],
        models=[
            speaker("m", 1, volume=30, writes={"farm": 1}),
            speaker("k", 2, volume=10, writes={"farm": 1}),
        ],
    )
    found = shelves(made)
    assert set(found) == {"forum/human", "forum/model", "farm/model"}
    assert found["forum/human"].sum() == pytest.approx(700)
    assert found["forum/model"].ravel().tolist() == pytest.approx([0, 225, 75])
    assert made.stocks["d"].published.tolist() == pytest.approx([700, 340])
    assert made.stocks["d"].human_record.sum() == pytest.approx(700)


def test_nothing_is_passed_off_while_no_model_publishes() -> None:
    made = world(
        1,
        sites=[{"name": "forum", "volume": "exact"}],
        humans=[human(volume=100, passed_off=0.5, writes={"forum": 1})],
        models=[speaker("late", 0, volume=10, join=1)],
    )
    assert set(shelves(made)) == {"forum/human"}
    made.step()
    assert "forum/model" in shelves(made)


MARKER: dict[str, Any] = {"kind": "detector", "hit": 0.6, "false_alarm": 0.1}


def flagged(made: Any) -> tuple[Floats, Floats]:
    """(R,) documents flagged and not, over the sites of a group."""
    stock, parts = made.stocks["d"], np.zeros((2, R))
    for h, shelf in enumerate(stock.shelves):
        parts[int("flagged" in shelf.marks), shelf.site] += stock.size[h]
    return parts[1], parts[0]


def test_marks_split_an_exact_volume_binomially() -> None:
    made = world(
        1,
        sites=sites(volume="exact"),
        models=[speaker("m", 0, count=R, volume=50, writes={"s-{i}": 1})],
        policies=[MARKER],
    )
    marked, plain = flagged(made)
    assert set(marked + plain) == {50.0}
    holds(
        "marks on exact volumes",
        SEED,
        {"mean": (marked, 30.0), "variance": ((marked - 30) ** 2, 50 * 0.6 * 0.4)},
    )


def test_marks_split_a_poisson_volume_into_independent_poissons() -> None:
    made = world(
        1,
        sites=sites(volume="poisson"),
        humans=writers(volume=300),
        policies=[MARKER],
    )
    marked, plain = flagged(made)
    holds(
        "marks on Poisson volumes",
        SEED,
        {
            "marked": (marked, 30.0),
            "its variance": ((marked - 30) ** 2, 30.0),
            "covariance": ((marked - 30) * (plain - 270), 0.0),
        },
    )


def test_marks_split_unlimited_documents_exactly() -> None:
    made = world(
        2,
        sites=[{"name": "s", "documents": "unlimited"}],
        humans=[human(volume=100, writes={"s": 1})],
        models=[speaker("m", 0, volume=50, writes={"s": 1})],
        policies=[MARKER],
    )
    sizes = {name: cells.sum() for name, cells in shelves(made).items()}
    assert sizes == pytest.approx(
        {"s/human": 180, "s/human+flagged": 20, "s/model": 40, "s/model+flagged": 60}
    )


def test_several_posts_of_one_author_get_their_marks_independently() -> None:
    """Four humans pass off the same model's text on one site."""
    made = world(
        1,
        sites=sites(volume="exact"),
        humans=[human(f"h{k}", count=R, volume=20, passed_off=1, writes={"s-{i}": 1})
                for k in range(4)],
        models=[speaker("m", 0, volume=1)],
        policies=[MARKER | {"hit": 0.5}],
    )  # fmt: skip
    marked, plain = flagged(made)
    assert set(marked + plain) == {80.0}
    holds(
        "marks of several posts",
        SEED,
        {"mean": (marked, 40.0), "variance": ((marked - 40) ** 2, 20.0)},
    )


@pytest.mark.parametrize("law", [{"documents": "unlimited"}, {}], ids=str)
def test_what_stands_when_marking_starts_is_marked_once(law: dict[str, str]) -> None:
    made = world(
        3,
        sites=[{"name": "s", "start": 10**6, **law}],
        humans=[human(writes={"s": 1})],
        policies=[MARKER | {"start": 2}],
    )
    sizes = {name: cells.sum() for name, cells in shelves(made).items()}
    assert sum(sizes.values()) == pytest.approx(sum(standing(made).ravel()))
    assert sizes["s/human+flagged"] / sum(sizes.values()) == pytest.approx(0.1, abs=0.002)


def test_marking_what_stands_moves_documents_and_their_depth() -> None:
    """A second detector flags more of what the first let through."""
    made = world(
        0,
        sites=[{"name": "s", "documents": "unlimited"}],
        humans=[human(volume=100, writes={"s": 1})],
        models=[
            {"name": "m", "start": "truth", "volume": 50, "writes": {"s": 1}, "diet": {"n": 50}}
        ],
        policies=[
            {"kind": "detector", "start": 1, "stop": 2, "hit": 0.5},
            {"kind": "detector", "start": 4, "hit": 0.5},
        ],
    )
    for _ in range(3):
        made.step()
    stock = made.stocks["d"]
    total = float(stock.size @ stock.depth)
    sizes = stock.size.sum()
    made.steps = 4
    for policy in made.policies[1:]:
        stock.mark_standing(4, policy.kind, made._marking([policy]))
    assert stock.size.sum() == pytest.approx(sizes)
    assert float(stock.size @ stock.depth) == pytest.approx(total)


@pytest.mark.parametrize("volume", [0.1, 3.3, 7.7])
def test_a_shelf_that_is_marked_whole_is_left_with_nothing_and_not_with_rounding(
    volume: float,
) -> None:
    """Of what rounding left on it, readers had to draw (found by hypothesis, 2026-11-26)."""
    made = world(
        4,
        sites=[{"name": "s", "documents": "unlimited", "start": 60.5}],
        humans=[human(volume=volume, error=0.1, writes={"s": 1})],
        models=[{"name": "m", "start": "truth", "diet": {"n": 1}}],
        policies=[
            {"kind": "detector", "start": 1, "compliance": 0.5, "false_alarm": 0.2},
            {"kind": "detector", "start": 3, "false_alarm": 1},
        ],
    )
    stock = made.stocks["d"]
    bare = [h for h, shelf in enumerate(stock.shelves) if "flagged#2" not in shelf.marks]
    assert bare
    assert not stock.size[bare].any()
    assert not stock.cells[bare].any()
    assert stock.size.sum() == pytest.approx(60.5 + 4 * volume)


# ---------------------------------------------------------------------- size


def test_a_web_of_a_trillion_documents_runs() -> None:
    made = world(
        3,
        domains={"d": FACTS},
        sites=[{"name": "s", "retention": {"half_life": 4}, "start": "stationary"}],
        humans=[human(volume=10**12, error=0.05, writes={"s": 1})],
        models=[{"name": "m", "start": "truth", "volume": 10**11, "writes": {"s": 1},
                 "diet": {"n": 10**11}}],
    )  # fmt: skip
    cells = standing(made)[0]
    assert cells.sum() == pytest.approx(10**12 / (1 - 2**-0.25), rel=0.05)
    assert agent(made, "m").training["d"].cells.sum() == 10**11

"""Every meter by hand: closed forms, edges, and that it moves the way its definition says."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.collector import meter_classes
from analysis.meters.divergence import fixation_index, jensen_shannon
from analysis.row_view import RowView
from analysis.view import View, entropies
from ecosystem.ecosystem import Ecosystem
from ecosystem.sampling import Floats
from ecosystem.shelves import Shelf
from tests.ecosystem.small import DOMAIN, human, world

Values = Mapping[str, Any]
NAN = pytest.approx(math.nan, nan_ok=True)


def made(
    models: int = 1,
    weights: Sequence[float] = (8, 4, 2, 1),
    wrong: int = 2,
    humans: bool = True,
    table: Path | None = None,
    **fields: Any,
) -> Ecosystem:
    """A quiet world; what is said in it is then put in by hand."""
    domain: dict[str, Any] = {"weights": list(weights), "wrong_values": wrong}
    if table is not None:
        domain = {"table": str(table)}
    return world(
        domains={DOMAIN: {"kind": "encyclopedia", **domain}},
        sites=[{"name": "s"}],
        humans=[human(volume=100, error=0.1, writes={"s": 1})] if humans else [],
        models=[
            {"name": "m", "count": models, "start": "truth", "diet": {"n": 100}}
            if models
            else {"name": "late", "join": 99, "start": "truth", "diet": {"n": 1}}
        ],
        **fields,
    )


def say(there: Ecosystem, model: int, cells: Any, read: float = 100) -> None:
    """Put words in a model's mouth: (K, V) relative weights, or (K,) true ones."""
    stock = there.stocks[DOMAIN]
    cells = np.asarray(cells, dtype=np.float64)
    if cells.ndim == 1:
        cells = np.stack([cells, *[np.zeros_like(cells)] * (stock.domain.shape[1] - 1)], axis=1)
    row = there.models()[model].row
    stock.voices[row] = cells.ravel() / cells.sum()
    there.read_documents[DOMAIN][row] = read


def put(there: Ecosystem, cells: Any, synthetic: bool = False, depth: float = 0.0) -> None:
    """Put documents on the web."""
    stock = there.stocks[DOMAIN]
    row = stock.shelf(Shelf(0, synthetic))
    stock.cells[row] = np.asarray(cells, dtype=np.float64).ravel()
    stock.size[row] = stock.cells[row].sum()
    stock.depth[row] = depth


def measure(there: Ecosystem, kind: str, memory: dict[str, Floats] | None = None) -> Values:
    meter = meter_classes()[kind]()
    if meter.of == "web":
        return meter.measure(there)
    return meter.measure(View(there, DOMAIN, {} if memory is None else memory))


def of_counts(kind: str) -> bool:
    """Whether a meter can be read in a domain of counts."""
    return not issubclass(meter_classes()[kind].sees, RowView)


def everything(there: Ecosystem) -> dict[str, Any]:
    """All columns of all meters, those on a model as the first model's value."""
    found: dict[str, Any] = {}
    for kind, meter in meter_classes().items():
        unkept = meter.of == "domain" and not meter.measures(View(there, DOMAIN, {}))
        if not of_counts(kind) or unkept:
            continue
        for name, value in measure(there, kind).items():
            prefix = "web." if meter.of == "web" else ""
            found[prefix + name] = value if np.ndim(value) == 0 else value[0]
    return found


# ---------------------------------------------------------------------- diversity


def test_hill_numbers_of_a_hand_made_voice() -> None:
    there = made(2)
    say(there, 0, [1, 1, 1, 1])
    say(there, 1, [0.5, 0.25, 0.25, 0])
    values = measure(there, "hill")
    assert values["hill_0"].tolist() == [4, 3]
    np.testing.assert_allclose(values["hill_1"], [4, 2**1.5])
    np.testing.assert_allclose(values["hill_2"], [4, 8 / 3])
    pooled = np.array([0.375, 0.25, 0.25, 0.125])
    assert values["pooled_hill_0"] == 4
    assert values["pooled_hill_1"] == pytest.approx(np.exp(-(pooled * np.log(pooled)).sum()))
    assert values["pooled_hill_2"] == pytest.approx(1 / (pooled**2).sum())


def test_hill_numbers_of_the_web_count_documents_whatever_they_assert() -> None:
    there = made()
    put(there, [[3, 1, 0], [0, 0, 4], [0.4, 0.5, 0], [0, 0, 0]])
    put(there, [[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]], synthetic=True)
    values = measure(there, "hill")
    p = np.array([4, 4, 0.9]) / 8.9
    assert values["web_hill_0"] == 2, "less than one expected document is none"
    assert values["web_hill_1"] == pytest.approx(np.exp(-(p * np.log(p)).sum()))
    assert values["web_hill_2"] == pytest.approx(1 / (p**2).sum())


@pytest.mark.parametrize(("read", "spoken"), [(100, 3), (99, 2), (10, 1), (1e12, 4)])
def test_an_item_is_spoken_of_where_one_document_is_expected(read: float, spoken: int) -> None:
    there = made()
    say(there, 0, [0.89, 0.1 - 1e-9, 0.01, 1e-9], read)
    assert measure(there, "hill")["hill_0"] == [spoken if read != 10 else 1]


def test_coverage_counts_the_rarest_items_among_those_humans_write_about() -> None:
    there = made(weights=(50, 20, 10, 9, 5, 3, 2, 1, 0, 0))
    say(there, 0, [50, 20, 10, 9, 5, 3, 0, 0, 0, 7])
    put(there, [[9, 0, 0]] * 7 + [[0, 0, 0]] * 3)
    values = measure(there, "coverage")
    assert values["tail_coverage"] == [2 / 4]
    assert values["tail10_coverage"] == [0]
    assert values["web_tail_coverage"] == 3 / 4
    say(there, 0, [0, 0, 0, 0, 0, 0, 0, 1, 0, 0])
    assert measure(there, "coverage")["tail10_coverage"] == [1]


def test_coverage_of_the_models_together_is_what_any_of_them_knows() -> None:
    there = made(2)
    say(there, 0, [1, 1, 1, 0])
    say(there, 1, [1, 1, 0, 1])
    values = measure(there, "coverage")
    assert values["tail_coverage"].tolist() == [0.5, 0.5]
    assert values["pooled_tail_coverage"] == 1


BIRDS = "name,weight,value,group\na,8,x,water\nb,4,y,water\nc,2,z,water\nd,1,x,wood\ne,1,y,sky\n"


@pytest.fixture
def birds(tmp_path: Path) -> Callable[..., Ecosystem]:
    def make(models: int = 1) -> Ecosystem:
        (tmp_path / "birds.csv").write_text(BIRDS, encoding="utf-8")
        return made(models, table=tmp_path / "birds.csv")

    return make


def test_coverage_by_group_weighs_groups_alike(birds: Callable[..., Ecosystem]) -> None:
    there = birds()
    say(there, 0, [5, 0, 0, 5, 0])
    values = measure(there, "coverage")
    assert values["group_coverage"][0] == pytest.approx((1 / 3 + 1 + 0) / 3)
    assert values["groups_lost"] == [1]


# ---------------------------------------------------------------------- distance


def test_distance_to_the_truth_by_hand() -> None:
    there = made(3, weights=(2, 1, 1))
    say(there, 0, [2, 1, 1])
    say(there, 1, [1, 1, 0])
    say(there, 2, [0, 0, 1])
    values = measure(there, "distance")
    np.testing.assert_allclose(
        values["kl"], [0, 0.5 * math.log(1) + 0.5 * math.log(2), math.log(4)], atol=1e-12
    )
    np.testing.assert_allclose(values["tv"], [0, 0.25, 0.75], atol=1e-12)


def test_divergence_of_two_models_by_hand() -> None:
    there = made(2, weights=(1, 1))
    say(there, 0, [1, 0])
    say(there, 1, [1, 1])
    values = measure(there, "divergence")
    h = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    assert values["divergence"] == pytest.approx(h - math.log(2) / 2)
    assert values["fst"] == pytest.approx((0.375 - 0.25) / 0.375)
    assert values["divergence_groups"] == pytest.approx(0)
    assert values["fst_groups"] == NAN


def test_divergence_over_groups_adds_the_items_of_a_group_up(
    birds: Callable[..., Ecosystem],
) -> None:
    there = birds(2)
    say(there, 0, [1, 1, 0, 0, 0])
    say(there, 1, [0, 0, 1, 0, 1])
    values = measure(there, "divergence")
    h = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    assert values["divergence"] == pytest.approx(math.log(2))
    assert values["divergence_groups"] == pytest.approx(h - math.log(2) / 2)
    assert values["fst_groups"] == pytest.approx((0.375 - 0.25) / 0.375)


@given(
    rows=st.lists(
        st.lists(st.integers(0, 5), min_size=4, max_size=4).filter(any), min_size=2, max_size=6
    )
)
def test_divergence_is_within_its_bounds_and_does_not_depend_on_the_order(
    rows: list[list[int]],
) -> None:
    shares = np.array(rows, dtype=np.float64)
    shares /= shares.sum(axis=1, keepdims=True)
    jsd, fst = _jsd(shares), _fst(shares)
    assert 0 <= jsd <= math.log(len(rows)) + 1e-12
    assert math.isnan(fst) or -1e-12 <= fst <= 1 + 1e-12
    assert _jsd(shares[::-1]) == pytest.approx(jsd, abs=1e-12)
    assert _jsd(np.repeat(shares, 2, axis=0)) == pytest.approx(jsd, abs=1e-12)


def _jsd(shares: Floats) -> float:
    return jensen_shannon(shares.mean(axis=0), entropies(shares))


def _fst(shares: Floats) -> float:
    return fixation_index(shares.mean(axis=0), np.square(shares).sum(axis=1))


def test_fst_of_samples_from_one_pool_is_one_over_n() -> None:
    """Homogeneous pooling: a law, not a collapse."""
    n, models, items = 40, 4000, 20
    draws = np.random.default_rng(7).multinomial(n, np.full(items, 1 / items), models) / n
    assert _fst(draws) == pytest.approx(1 / n, rel=0.03)


# ---------------------------------------------------------------------- falsehood

FALSE_VOICE = [[6.0, 2, 0], [1, 2, 1], [0, 0, 4], [0, 0, 0]]


def test_false_shares_of_a_model_by_hand() -> None:
    there = made()
    say(there, 0, FALSE_VOICE)
    values = measure(there, "falsehood")
    assert values["false_share"][0] == pytest.approx(9 / 16)
    assert values["false_share_items"][0] == pytest.approx((1 / 4 + 3 / 4 + 1) / 3)
    assert values["false_share_rare"] == [1]
    assert values["leading_false"][0] == pytest.approx(2 / 3)


def test_the_truth_leads_where_it_draws() -> None:
    there = made()
    say(there, 0, [[2.0, 2, 0], [1, 1, 1], [2, 3, 0], [0, 0, 0]])
    assert measure(there, "falsehood")["leading_false"][0] == pytest.approx(1 / 3)


def test_wrong_values_are_counted_one_by_one() -> None:
    """Two wrong values of 3 each against a truth of 4: false for the most part, yet it leads."""
    there = made()
    say(there, 0, [[4.0, 3, 3], [0, 0, 0], [0, 0, 0], [0, 0, 0]])
    values = measure(there, "falsehood")
    assert values["leading_false"] == [0]
    assert values["false_share"][0] == pytest.approx(0.6)


def test_false_shares_of_the_web_by_hand() -> None:
    there = made()
    put(there, [[50, 0, 0], [2, 0, 0], [0, 1, 0], [0, 0, 0]])
    put(there, [[0, 10, 0], [0, 3, 0], [0, 0, 0], [0, 0, 0.5]], synthetic=True)
    values = measure(there, "falsehood")
    assert values["web_false_share"] == pytest.approx(14.5 / 66.5)
    assert values["web_false_share_items"] == pytest.approx((10 / 60 + 3 / 5 + 1) / 3)
    assert values["web_false_share_rare"] == 1
    assert values["web_leading_false"] == pytest.approx(2 / 3)
    assert values["web_leading_false_items"] == 2
    assert values["amplification"] == pytest.approx(14.5 / 66.5 / 0.1)


def test_amplification_is_undefined_where_no_human_errs() -> None:
    for changes in ({"humans": False}, {"wrong": 0}):
        there = made(**changes)
        shape = there.domains[DOMAIN].shape
        put(there, np.ones(shape), synthetic=True)
        assert measure(there, "falsehood")["amplification"] == NAN


def test_amplification_divides_by_the_errors_of_the_humans_who_write_now() -> None:
    there = world(
        1,
        sites=[{"name": "s", "documents": "unlimited"}],
        humans=[
            human("careful", volume=300, error=0.0, writes={"s": 1}),
            human("sloppy", error=0.4, writes={"s": 1},
                  volume={"kind": "table", "steps": [1, 2], "values": [100, 0]}),
        ],
    )  # fmt: skip
    values = measure(there, "falsehood")
    assert values["web_false_share"] == pytest.approx(0.1)
    assert values["amplification"] == pytest.approx(1)
    there.step()
    values = measure(there, "falsehood")
    assert values["web_false_share"] == pytest.approx(40 / 700)
    assert values["amplification"] == NAN


# ---------------------------------------------------------------------- established


def test_a_falsehood_is_established_where_more_than_half_lead_with_the_same() -> None:
    there = made(4)
    wrong, other, true = [0.0, 1, 0], [0.0, 0, 1], [1.0, 0, 0]
    for model, said in enumerate(
        [[wrong, wrong, wrong, true], [wrong, wrong, other, true], [wrong, other, true, true],
         [true, other, true, true]]
    ):  # fmt: skip
        say(there, model, said)
    there.stocks[DOMAIN].human_record[:] = 0
    values = measure(there, "established")
    assert values["established"] == 1, "three of four on item 0; two of four are not enough"
    assert values["established_invented"] == 1
    assert values["established_invented_share"] == 1


def test_an_established_falsehood_that_a_human_once_wrote_is_not_invented() -> None:
    there = made(3)
    for model in range(3):
        say(there, model, [[0.0, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]])
    record = there.stocks[DOMAIN].human_record.reshape(4, 3)
    record[:] = 0
    record[0, 1], record[1, 1], record[2, 1] = 1, 0.5, 9
    values = measure(there, "established")
    assert values["established"] == 3
    assert values["established_invented"] == 2, "half a document is none; another value neither"
    assert values["established_invented_share"] == pytest.approx(2 / 3)


def test_items_nobody_speaks_of_establish_nothing() -> None:
    there = made(2)
    for model in range(2):
        say(there, model, [[1.0, 0, 0], [0, 0.001, 0], [0, 0, 0], [0, 0, 0]])
    values = measure(there, "established")
    assert values["established"] == 0
    assert values["established_invented_share"] == NAN


# ---------------------------------------------------------------------- collapse


def test_a_model_has_collapsed_once_half_of_its_first_diversity_is_gone() -> None:
    there = made(3, weights=(1,) * 8)
    memory: dict[str, Floats] = {}
    full, half, more = [1] * 8, [1] * 4 + [0] * 4, [1] * 5 + [0] * 3
    seen = []
    for step, voices in enumerate(
        [(full, full, full), (full, half, more), (full, full, more), (half, full, more)]
    ):
        there.steps = step
        for model, voice in enumerate(voices):
            say(there, model, voice)
        seen.append(measure(there, "collapse", memory))
    at = [row["collapsed_at"].tolist() for row in seen]
    assert at[0] == [NAN] * 3
    assert at[2] == [NAN, 1, NAN], "once collapsed, always counted"
    assert at[3] == [3, 1, NAN]
    assert [row["collapsed"] for row in seen] == pytest.approx([0, 1 / 3, 1 / 3, 2 / 3])
    assert [row["population_collapsed_at"] for row in seen] == [NAN, NAN, NAN, 3]


def test_a_lost_tail_is_a_collapse_too() -> None:
    there = made(1, weights=(100, 100, 1, 1))
    memory: dict[str, Floats] = {}
    say(there, 0, [48, 48, 2, 2])
    measure(there, "collapse", memory)
    there.steps = 5
    say(there, 0, [49, 49, 2, 0])
    assert measure(there, "collapse", memory)["collapsed_at"] == [5]


def test_a_late_model_is_held_against_its_own_first_row() -> None:
    there = made(2, weights=(1,) * 8)
    late = there.models()[1]
    late.cadence = type(late.cadence)(join=2)
    memory: dict[str, Floats] = {}
    say(there, 0, [1] * 8)
    say(there, 1, [1] * 2 + [0] * 6)
    assert len(measure(there, "collapse", memory)["collapsed_at"]) == 1
    there.steps = 2
    assert measure(there, "collapse", memory)["collapsed_at"].tolist() == [NAN, NAN]


# ---------------------------------------------------------------------- contamination


def test_contamination_by_hand() -> None:
    there = made(2)
    put(there, np.full((4, 3), 5.0))
    put(there, np.full((4, 3), 2.5), synthetic=True, depth=2.0)
    for model, (read, synthetic, depth) in enumerate([(300, 0.5, 1.0), (100, 0.1, 0.2)]):
        say(there, model, [1, 1, 1, 1], read)
        row = there.models()[model].row
        there.read_synthetic[DOMAIN][row] = synthetic
        there.read_depth[DOMAIN][row] = depth
    there.stocks[DOMAIN].published = np.array([30.0, 10.0])
    values = measure(there, "contamination")
    assert values["synthetic_share"] == pytest.approx(1 / 3)
    assert values["synthetic_new"] == pytest.approx(1 / 4)
    assert values["synthetic_read"] == pytest.approx(0.4)
    assert values["depth"] == pytest.approx(2 / 3)
    np.testing.assert_allclose(values["synthetic_training"], [0.5, 0.1])
    np.testing.assert_allclose(values["depth_training"], [1, 0.2])
    web = measure(there, "web")
    assert web == pytest.approx(
        {
            "documents": 90,
            "new_human": 30,
            "new_synthetic": 10,
            "synthetic_share": 1 / 3,
            "synthetic_new": 1 / 4,
            "synthetic_read": 0.4,
            "models": 2,
        }
    )


def test_a_model_that_has_read_nothing_does_not_count_in_what_is_read() -> None:
    there = made(2)
    rows = [model.row for model in there.models()]
    there.read_synthetic[DOMAIN][rows] = [np.nan, 0.25]
    values = measure(there, "contamination")
    assert values["synthetic_read"] == pytest.approx(0.25)
    assert np.isnan(values["synthetic_training"]).tolist() == [True, False]


# ---------------------------------------------------------------------- known directions

Change = Callable[[Ecosystem], None]


def rising(*voices: Any) -> list[Change]:
    """Changes that put each voice in the first model's mouth, the others saying the truth."""
    return [lambda there, voice=voice: say(there, 0, voice) for voice in voices]


def webs(*cells: Any, synthetic: bool = False) -> list[Change]:
    return [lambda there, c=c: put(there, c, synthetic) for c in cells]


ONE, TWO, ALL = [1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 1]
LIES = [np.stack([[1 - s] * 4, [s] * 4, [0] * 4], axis=1) for s in (0.0, 0.2, 0.9)]
FAR = [[8, 4, 2, 1], [8, 4, 0, 0], [0, 0, 0, 1]]
APART = [[1, 1, 1, 1], [1, 1, 1, 0], [0, 0, 0, 1]]
FEW, SOME, MANY = (np.stack([10 * np.array(v), [0] * 4, [0] * 4], 1) for v in (ONE, TWO, ALL))
BALANCED = [np.stack([v, [0] * 4, [0] * 4], 1) for v in ([9, 1, 1, 1], [5, 3, 2, 2], [3, 3, 3, 3])]
DIRECTIONS: dict[str, list[Change]] = {
    "hill_0": rising(ONE, TWO, ALL),
    "hill_1": rising([9, 1, 0, 0], [5, 5, 0, 0], [1, 1, 1, 0]),
    "hill_2": rising([9, 1, 0, 0], [5, 5, 0, 0], [1, 1, 1, 0]),
    "web_hill_0": webs(FEW, SOME, MANY),
    "web_hill_1": webs(*BALANCED),
    "web_hill_2": webs(*BALANCED),
    "tail_coverage": rising(ONE, [1, 1, 1, 0], ALL),
    "tail10_coverage": rising([1, 1, 1, 0], ALL),
    "group_coverage": rising(ONE, TWO, ALL),
    "web_tail_coverage": webs(FEW, np.stack([[5, 5, 5, 0], [0] * 4, [0] * 4], 1), MANY),
    "kl": rising(*FAR),
    "tv": rising(*FAR),
    "pooled_kl": rising(*FAR),
    "pooled_tv": rising(*FAR),
    "false_share": rising(*LIES),
    "false_share_items": rising(*LIES),
    "false_share_rare": rising(*LIES),
    "leading_false": rising(LIES[0], [[1, 0, 0], [0, 1, 0], [1, 0, 0], [1, 0, 0]], LIES[2]),
    **{
        f"web_{name}": webs(*(1000 * lie for lie in LIES))
        for name in ("false_share", "false_share_items", "false_share_rare")
    },
    "amplification": webs(*(1000 * lie for lie in LIES)),
    "web_leading_false": webs(
        LIES[0] * 9, [[9, 0, 0], [0, 9, 0], [9, 0, 0], [9, 0, 0]], LIES[2] * 90
    ),
    "web_leading_false_items": webs(
        LIES[0] * 9, [[9, 0, 0], [0, 9, 0], [9, 0, 0], [9, 0, 0]], LIES[2] * 90
    ),
    "synthetic_share": webs(FEW, SOME, MANY, synthetic=True),
    "web.synthetic_share": webs(FEW, SOME, MANY, synthetic=True),
    "web.documents": webs(FEW, SOME, MANY),
    "depth": [lambda there, d=d: put(there, MANY, True, d) for d in (0, 1, 5)],
}
TOGETHER: dict[str, list[Change]] = {
    "pooled_hill_0": rising(ONE, TWO, ALL),
    "pooled_hill_1": rising(ONE, TWO, ALL),
    "pooled_hill_2": rising(ONE, TWO, ALL),
    "pooled_tail_coverage": rising(TWO, [1, 1, 1, 0], ALL),
    "divergence": rising(*APART),
    "divergence_groups": rising(*APART),
    "fst": rising(*APART),
    "fst_groups": rising(*APART),
}


@pytest.mark.parametrize("column", DIRECTIONS)
def test_a_column_rises_with_what_it_is_said_to_measure(column: str) -> None:
    values = []
    for change in DIRECTIONS[column]:
        there = made()
        put(there, np.full((4, 3), 1.0) * [1, 0, 0])
        change(there)
        values.append(everything(there)[column])
    assert all(a < b for a, b in pairwise(values)), values


@pytest.mark.parametrize("column", TOGETHER)
def test_a_column_of_all_models_rises_with_what_it_is_said_to_measure(
    column: str, tmp_path: Path
) -> None:
    rows = "a,8,v,p\nb,4,v,q\nc,2,v,r\nd,1,v,s\n"  # a group for each item
    (tmp_path / "own.csv").write_text("name,weight,value,group\n" + rows, encoding="utf-8")
    values = []
    for change in TOGETHER[column]:
        there = made(2, table=tmp_path / "own.csv")
        say(there, 1, ONE if column.startswith("pooled") else ALL)
        change(there)
        values.append(everything(there)[column])
    assert all(a < b for a, b in pairwise(values)), values


BY_HAND_ELSEWHERE = {
    "groups_lost", "collapsed_at", "collapsed", "population_collapsed_at", "established",
    "established_invented", "established_invented_share", "synthetic_new", "synthetic_read",
    "synthetic_training", "depth_training", "web.new_human", "web.new_synthetic",
    "web.synthetic_new", "web.synthetic_read", "web.models",
}  # fmt: skip


def test_no_column_of_these_meters_is_left_untested() -> None:
    here = {"collapse", "contamination", "coverage", "distance", "divergence", "established",
            "falsehood", "hill", "web"}  # fmt: skip
    columns = {
        ("web." if meter.of == "web" else "") + name
        for kind, meter in meter_classes().items()
        if kind in here
        for name in meter.columns
    }
    assert columns == set(DIRECTIONS) | set(TOGETHER) | BY_HAND_ELSEWHERE


# ---------------------------------------------------------------------- edges


def test_one_item_is_no_diversity_and_no_divergence() -> None:
    there = made(2, weights=(1,))
    for model in range(2):
        say(there, model, [1])
    values = everything(there)
    assert (values["hill_0"], values["hill_1"], values["hill_2"]) == pytest.approx((1, 1, 1))
    assert values["divergence"] == 0
    assert values["fst"] == NAN
    assert (values["kl"], values["tv"], values["tail_coverage"]) == pytest.approx((0, 0, 1))


def test_one_model_has_nobody_to_differ_from() -> None:
    values = measure(made(1), "divergence")
    assert len(values) == 4
    assert all(math.isnan(value) for value in values.values())


def test_without_models_only_the_web_is_measured() -> None:
    there = made(0)
    put(there, np.full((4, 3), 2.0))
    for kind, meter in meter_classes().items():
        unkept = meter.of == "domain" and not meter.measures(View(there, DOMAIN, {}))
        if not of_counts(kind) or unkept:
            continue
        values = measure(there, kind)
        for name, column in meter.columns.items():
            if column.each == "model":
                assert np.shape(values[name]) == (0,)
    assert measure(there, "hill")["pooled_hill_0"] == 0
    assert measure(there, "established")["established"] == 0
    assert measure(there, "collapse")["collapsed"] == NAN
    assert measure(there, "web")["models"] == 0
    assert measure(there, "hill")["web_hill_1"] == pytest.approx(4)


def test_without_values_nothing_is_false() -> None:
    there = made(2, wrong=0)
    put(there, np.full((4, 1), 2.0))
    values = everything(there)
    for name in ("false_share", "leading_false", "web_false_share", "web_leading_false"):
        assert values[name] == 0, name
    assert values["established"] == 0


def test_an_empty_web_has_no_shares_and_no_diversity() -> None:
    values = everything(made(1, humans=False))
    for name in ("web_false_share", "web_leading_false", "synthetic_share", "depth"):
        assert values[name] == NAN, name
    assert (values["web_hill_0"], values["web_hill_1"], values["web.documents"]) == (0, 0, 0)


def test_what_is_said_is_not_changed_by_measuring_it() -> None:
    there = made(3)
    put(there, np.full((4, 3), 2.0))
    stock = there.stocks[DOMAIN]
    before = stock.voices.copy(), stock.cells.copy(), there.read_documents[DOMAIN].copy()
    everything(there)
    for now, then in zip((stock.voices, stock.cells, there.read_documents[DOMAIN]), before,
                         strict=True):  # fmt: skip
        np.testing.assert_array_equal(now, then)


# ---------------------------------------------------------------------- recovery


def test_recovery_is_the_share_of_the_lost_tail_that_is_back() -> None:
    weights = [100.0] * 20 + [1.0] * 20
    there, memory = made(2, weights=weights), {}
    seen = []
    for rare in (20, 19, 10, 4, 10, 20):
        for model in range(2):
            say(there, model, weights[:20] + [1.0] * rare + [0.0] * (20 - rare), 10**6)
        seen.append(measure(there, "recovery", memory)["recovery"])
    found = np.array(seen)
    assert np.isnan(found[:2]).all(), "a loss of less than a tenth is none"
    np.testing.assert_allclose(found[2:], [[0, 0], [0, 0], [6 / 16] * 2, [1, 1]])


# ---------------------------------------------------------------------- the public


def test_the_public_is_as_far_from_the_truth_as_its_documents() -> None:
    there = made(weights=(1, 1), humans=False)
    assert measure(there, "public")["public_distance"] == NAN
    put(there, [[5, 0, 0], [5, 0, 0]])
    assert measure(there, "public")["public_distance"] == pytest.approx(0, abs=1e-7)
    put(there, [[10, 0, 0], [0, 0, 0]], synthetic=True)
    expected = math.sqrt(1 - math.sqrt(0.5 * 0.75) - math.sqrt(0.5 * 0.25))
    assert measure(there, "public")["public_distance"] == pytest.approx(expected)
    wrong = made(weights=(1, 1))
    put(wrong, [[0, 5, 0], [0, 0, 5]])
    assert measure(wrong, "public")["public_distance"] == 1
    assert measure(wrong, "public")["through_models"] == 0


# ---------------------------------------------------------------------- reasoning

YEARS = "name,weight,value,group\n" + "".join(
    f"event {i},{20 - i},{1500 + 7 * i},century {i % 2}\n" for i in range(16)
)
FAMILIES = "name,weight,value,group\n" + "".join(
    f"bird {i},{20 - i},family {i // 4},order {i // 8}\n" for i in range(16)
)


def asked(there: Ecosystem, right: float, every: int = 1, slip: int | None = None) -> Values:
    """What a model answers that speaks of every so manieth item, and is right on a share of them.

    On the others it says the wrong value `slip`, or each another.
    """
    items, values = there.domains[DOMAIN].shape
    cells = np.zeros((items, values))
    for item in range(0, items, every):
        wrong = 1 + item % (values - 1) if slip is None else slip
        cells[item, 0 if (7 * item) % items < right * items else wrong] = 1
    say(there, 0, cells)
    return measure(there, "reasoning")


@pytest.mark.parametrize("table", [YEARS, FAMILIES], ids=["order", "same"])
def test_the_longer_a_question_the_sooner_it_is_got_wrong(table: str, tmp_path: Path) -> None:
    (tmp_path / "facts.csv").write_text(table, encoding="utf-8")
    there = made(table=tmp_path / "facts.csv")
    knows = asked(there, 1.0)
    assert all(values.tolist() == [1.0] for values in knows.values())
    errs = asked(there, 0.5)
    one, two, four, eight = (float(errs[f"answers_{k}"][0]) for k in (1, 2, 4, 8))
    assert one == pytest.approx(0.5, abs=0.08), "400 questions of one fact each"
    assert two > four > eight
    for k, answered in ((2, two), (4, four), (8, eight)):
        assert errs[f"product_{k}"][0] == pytest.approx(0.5**k, abs=0.1)
        assert answered >= errs[f"product_{k}"][0] - 0.05, "a question survives some slips"
    silent = asked(there, 1.0, every=2)
    assert silent["answers_1"] == pytest.approx(0.5, abs=0.08), "nor can it answer what it lacks"
    assert silent["answers_8"][0] < 0.05
    assert silent["answers_1"][0] > silent["answers_4"][0]


def test_an_order_survives_a_slip_that_a_date_does_not(tmp_path: Path) -> None:
    (tmp_path / "facts.csv").write_text(YEARS, encoding="utf-8")
    there = made(table=tmp_path / "facts.csv")
    near = asked(there, 0.5, slip=1)
    assert near["answers_8"] == [1], "a year off, where events are seven years apart"
    assert near["answers_1"][0] < 0.6
    far = asked(there, 0.5, slip=32)
    assert far["answers_8"][0] < 0.5


def test_a_family_taken_wholly_for_another_is_still_one_family(tmp_path: Path) -> None:
    (tmp_path / "facts.csv").write_text(FAMILIES, encoding="utf-8")
    there = made(table=tmp_path / "facts.csv")
    cells = np.zeros(there.domains[DOMAIN].shape)
    cells[:12, 0] = 1
    cells[12:, 2] = 1  # the last family, all taken for the same other one
    say(there, 0, cells)
    found = measure(there, "reasoning")
    assert found["answers_2"][0] > found["product_2"][0] + 0.1


def test_where_there_are_too_few_items_nothing_is_asked() -> None:
    found = measure(made(weights=(3, 2, 1)), "reasoning")
    assert found["answers_2"] == [1]
    assert np.isnan(found["answers_4"]).all()
    assert np.isnan(found["product_8"]).all()
    alone = measure(made(weights=(1,)), "reasoning")
    assert alone["answers_1"] == [1]
    assert np.isnan(alone["answers_2"]).all()
    nobody = measure(made(0), "reasoning")
    assert nobody["answers_1"].shape == (0,)

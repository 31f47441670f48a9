"""Meters of pictures: each moves the right way, and stands at its closed form where it has one."""

from typing import Any

import numpy as np
import pytest

from agents.normal_parts import NormalParts
from analysis.collector import meter_classes
from analysis.meters.fidelity import beside
from analysis.meters.frechet import distance, square_root
from analysis.meters.modes import Modes
from analysis.meters.vendi import score
from analysis.row_view import view_of
from ecosystem.corpus import Rows
from ecosystem.ecosystem import Ecosystem
from ecosystem.sampling import Floats
from scenarios.build import build
from scenarios.scenario import Scenario
from tests.theory.verdict import holds

ROW_METERS = ("variance", "frechet", "fidelity", "modes", "vendi")


def made(models: int = 2, start: float = 300, **domain: Any) -> Ecosystem:
    return build(
        Scenario.parse(
            {
                "name": "gallery",
                "meters": [],
                "domains": {"d": {"kind": "portraits", **domain}},
                "sites": [{"name": "s", "start": start}],
                "humans": [{"name": "people", "volume": 10, "writes": {"s": 1}}],
                "models": [
                    {
                        "name": "m",
                        "count": models,
                        "start": "truth",
                        "diet": {"n": 50},
                        "learner": {"kind": "gaussian"},
                    }
                ],
            }
        )
    )


def teach(there: Ecosystem, model: int, mean: Floats, covariance: Floats) -> None:
    """Put a normal distribution into a model's head."""
    learner: Any = there.models()[model].learners["d"]
    learner._parts = NormalParts.of(np.ones(1), mean[None], covariance[None])


def read(there: Ecosystem) -> dict[str, Any]:
    """All columns, those on a model as the first model's value."""
    found: dict[str, Any] = {}
    for kind in ROW_METERS:
        for name, value in meter_classes()[kind]().measure(view_of(there, "d", {})).items():
            found[name] = float(value if np.ndim(value) == 0 else np.asarray(value)[0])
    return found


def human(there: Ecosystem) -> tuple[Floats, Floats]:
    domain: Any = there.domains["d"]
    mean, covariance = domain.moments(domain.topics)
    return mean, covariance


@pytest.fixture(scope="module")
def at_the_truth() -> dict[str, Any]:
    return read(made())


def test_a_model_of_human_moments_is_at_the_human_value(at_the_truth: dict[str, Any]) -> None:
    for name in ("variance", "spread"):
        assert at_the_truth[name] == pytest.approx(1, abs=1e-9)
    for name in ("frechet", "error_mean", "between"):
        assert at_the_truth[name] == pytest.approx(0, abs=1e-9)
    assert at_the_truth["web_variance"] == pytest.approx(1, abs=0.05)
    assert at_the_truth["modes"] == 10


@pytest.mark.parametrize("factor", [0.5, 0.1])
def test_less_spread_is_less_variance_recall_and_variety(
    factor: float, at_the_truth: dict[str, Any]
) -> None:
    there = made()
    mean, covariance = human(there)
    for model in range(2):
        teach(there, model, mean, factor * covariance)
    found = read(there)
    assert found["variance"] == pytest.approx(factor)
    assert found["spread"] == pytest.approx(np.sqrt(factor), rel=1e-6)
    whole = np.trace(covariance)
    assert found["frechet"] == pytest.approx(whole * (1 - np.sqrt(factor)) ** 2, rel=1e-6)
    for name in ("recall", "vendi", "vendi_model"):
        assert found[name] < at_the_truth[name], name
    assert found["precision"] > at_the_truth["precision"]
    assert found["vendi_human"] == at_the_truth["vendi_human"]


def test_a_mean_that_strays_is_farther_and_less_like_humans(at_the_truth: dict[str, Any]) -> None:
    there = made()
    mean, covariance = human(there)
    teach(there, 0, mean + 0.5, covariance)
    found = read(there)
    assert found["frechet"] == pytest.approx(0.25 * mean.size)
    assert found["error_mean"] == pytest.approx(0.25 * mean.size / np.trace(covariance))
    assert found["between"] == pytest.approx(found["error_mean"] / 4)
    assert found["precision"] < at_the_truth["precision"]
    assert found["coverage"] < at_the_truth["coverage"]


def test_a_model_that_draws_one_digit_has_few_modes() -> None:
    there = made()
    domain: Any = there.domains["d"]
    shares = np.zeros(10)
    shares[3] = 1.0
    teach(there, 0, *domain.moments(shares))
    found = read(there)
    assert found["modes"] <= 3
    assert found["modes_effective"] < 2
    assert found["variance"] < 1


def test_an_item_is_gone_once_it_is_written_a_tenth_as_often_as_by_humans() -> None:
    """Of a thousand documents 12 of one digit, where humans have 100, and 8 of another."""
    seen: Any = view_of(made(1), "d", {})
    shown = Modes()._judge(seen).predict(seen.human)
    wanted = np.array([12, 8, *[122] * 4, *[123] * 4])
    digits = [seen.human[shown == digit][:n] for digit, n in enumerate(wanted)]
    seen.samples = [np.concatenate(digits)]
    shares = wanted / 1000
    assert Modes().shares(seen, seen.samples[0]) == pytest.approx(shares)
    found = Modes().measure(seen)
    assert found["modes"] == [9]
    assert found["modes_effective"] == pytest.approx([np.exp(-(shares @ np.log(shares)))])


def test_a_web_of_one_picture_has_no_variance() -> None:
    there = made()
    stock: Any = there.stocks["d"]
    live = np.flatnonzero(stock.cells[0])
    stock.contents.rows[live] = stock.contents.rows[live[0]]
    found = read(there)
    assert found["web_variance"] == pytest.approx(0, abs=1e-12)
    assert found["web_frechet"] > 1


def test_where_nothing_stands_and_nobody_knows_anything_nothing_is_defined() -> None:
    there = made(1, start=0)
    learner: Any = there.models()[0].learners["d"]
    learner._parts = None
    found = read(there)
    undefined = {name for name, value in found.items() if np.isnan(value)}
    assert undefined == set(found) - {"vendi_human"}


def test_points_of_one_dimension_can_be_measured() -> None:
    there = made(pictures={"dimensions": 1})
    teach(there, 0, np.array([2.0]), np.array([[0.25]]))
    found = read(there)
    assert (found["variance"], found["spread"]) == pytest.approx((0.25, 0.5))
    assert found["frechet"] == pytest.approx(4 + 0.25)  # the squared 2-Wasserstein distance
    assert (found["modes"], found["modes_effective"]) == (1, 1)


# ---------------------------------------------------------------------- closed forms


def test_the_frechet_distance_of_normal_distributions_that_commute() -> None:
    rng = np.random.default_rng(1)
    turn = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    a, b = rng.random(4), rng.random(4)
    one, other = turn @ np.diag(a) @ turn.T, turn @ np.diag(b) @ turn.T
    expected = np.square(np.sqrt(a) - np.sqrt(b)).sum() + 4
    root = square_root(other)
    np.testing.assert_allclose(root @ root, other, atol=1e-12)
    found = distance(np.ones(4), one, np.zeros(4), other, root)
    assert found == pytest.approx(expected)


def test_the_vendi_score_counts_what_is_really_different() -> None:
    assert score(np.zeros((50, 3)), 1.0) == pytest.approx(1)
    far = 1000.0 * np.eye(5)
    assert score(far, 1.0) == pytest.approx(5)
    assert score(np.repeat(far, 4, axis=0), 1.0) == pytest.approx(5)
    assert np.isnan(score(np.zeros((0, 3)), 1.0))


def test_the_vendi_score_of_two_kinds_of_document_as_far_apart_as_its_scale() -> None:
    """K is exp(-1/2) off its diagonal, so that K / n has the eigenvalues (1 ± exp(-1/2)) / 2."""
    values = (1 + np.array([1, -1]) * np.exp(-1 / 2)) / 2
    expected = np.exp(-(values @ np.log(values)))
    kinds = np.array([[0.0, 0], [3, 4]])
    assert score(kinds, 5.0) == pytest.approx(expected)
    assert score(np.repeat(kinds, 6, axis=0), 5.0) == pytest.approx(expected)


def test_balls_reach_to_the_third_neighbour() -> None:
    """Human balls cover -7 to 29: all documents made but that at 30; theirs start at 14.

    To the 2nd neighbour human balls would cover no more than -3 to 27, and theirs start at 16;
    to the 4th human ones would cover -15 to 30.
    """
    humans = np.array([0.0, 1, 3, 7, 15])[:, None]
    models = np.array([18.0, 19, 20, 22, 26, 28, 30])[:, None]
    assert beside(humans, models) == pytest.approx((6 / 7, 1 / 5, 1 / 5))


def test_precision_and_recall_of_sets_that_are_the_same_or_apart() -> None:
    points = np.random.default_rng(2).standard_normal((60, 2))
    assert beside(points, points.copy()) == (1, 1, 1)
    assert beside(points, points + 1000) == (0, 0, 0)
    half = points[points[:, 0] > 0]
    precision, recall, coverage = beside(points, half)
    assert precision == 1
    assert max(recall, coverage) < 1
    assert np.isnan(beside(points, points[:3])).all()


def test_noise_has_recall_but_no_coverage() -> None:
    rng = np.random.default_rng(2)
    human, noise = rng.standard_normal((300, 5)), 100 * rng.standard_normal((300, 5))
    precision, recall, coverage = beside(human, noise)
    assert recall > 0.9
    assert max(precision, coverage) < 0.02


def test_seven_in_eight_are_covered_by_a_model_that_writes_as_humans_do() -> None:
    """A ball holds none where the three nearest of all others are humans (Naeem et al. 2020)."""
    rng, n = np.random.default_rng(3), 400
    pairs = (rng.standard_normal((2, n, 2)) for _ in range(20))
    found = np.array([beside(*pair)[2] for pair in pairs])
    law = 1 - np.prod([(n - i) / (2 * n - i) for i in (1, 2, 3)])
    assert law == pytest.approx(7 / 8, abs=1e-3)
    holds("coverage of one's own kind", 3, {"k = 3": (found, float(law))})


# ---------------------------------------------------------------------- order


def alone(learner: dict[str, Any]) -> Ecosystem:
    """One model of digits, fitted to 300 of them."""
    model = {"name": "m", "start": {"kind": "fitted", "documents": 300}, "learner": learner}
    shipped = Scenario.load("average_face")
    return build(shipped.with_(models=[model | {"diet": {"n": 300}}], meters=[], control={}))


@pytest.mark.parametrize(
    "learner",
    [
        {"kind": "gaussian"},
        {"kind": "mixture", "components": 8},
        {"kind": "mixture", "components": 8, "covariance": "tied"},
        {"kind": "kernel", "bandwidth": 0.02},
    ],
    ids=str,
)
def test_the_order_in_which_a_model_draws_says_nothing(learner: dict[str, Any]) -> None:
    there = alone(learner)
    voice = there.models()[0].learners["digits"].voice()
    rng = np.random.Generator(np.random.Philox(8))
    halves = np.array([np.split(voice.write(200, rng).rows, 2) for _ in range(20)]).mean(axis=2)
    apart = halves[:, 0] - halves[:, 1]
    error = apart.std(axis=0, ddof=1) / np.sqrt(len(apart))
    live = error > 1e-9
    z = np.abs(apart.mean(axis=0)[live] / error[live])
    assert (z > 3).mean() < 0.1, "first and second halves are alike"


def test_a_gaussian_of_pictures_knows_which_pictures_are_likely() -> None:
    """Some pixels never vary: a density on the others, and none for ink where there never was."""
    there = alone({"kind": "gaussian"})
    learner = there.models()[0].learners["digits"]
    own = learner.write(50, np.random.Generator(np.random.Philox(1)))
    assert np.isfinite(learner.score(own))
    never = np.flatnonzero(learner.parts().moments()[1].diagonal() == 0)
    assert never.size, "the corners are always empty"
    inked = own.rows.copy()
    inked[:, never[0]] = 1.0
    assert learner.score(Rows(inked)) == -np.inf

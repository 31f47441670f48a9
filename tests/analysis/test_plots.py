"""Figures: labelled axes, what is drawn is what was measured, the same file every time."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from analysis import plots
from analysis.pictures import style
from analysis.run import Run
from scenarios.scenario import Scenario


@pytest.fixture(scope="module")
def habsburg() -> list[Run]:
    scenario = Scenario.load("habsburg").only("birds", "history").with_(steps=3)
    return [scenario.run(replicate=r) for r in range(2)]


@pytest.fixture(scope="module")
def alone() -> Run:
    return Scenario.load("wright_fisher").with_(steps=12).run()


def all_axes(figure: Figure) -> list[object]:
    return [axes for axes in figure.axes if axes.axison]


def test_every_curve_has_labelled_axes_and_a_title(habsburg: list[Run], alone: Run) -> None:
    baseline = {"control": habsburg[1:]}
    for runs, others in ((habsburg[0], None), (habsburg, baseline), (alone, None)):
        for name, draw in plots.all_figures(runs, others).items():
            for axes in all_axes(draw()):
                assert axes.get_xlabel(), name
                assert axes.get_ylabel(), name
                assert axes.get_title(loc="left"), name


def test_the_time_axis_shows_dates_where_there_are_dates(habsburg: list[Run]) -> None:
    assert plots.curve(habsburg[0], "birds", "hill_1").axes[0].get_xlabel() == "date"
    bare = Run(**{**vars(habsburg[0]), "metrics": habsburg[0].metrics.drop(columns="date")})
    assert plots.curve(bare, "birds", "hill_1").axes[0].get_xlabel() == "step"


def test_a_curve_is_the_mean_and_the_median_over_models(habsburg: list[Run]) -> None:
    lines = plots.curve(habsburg[0], "birds", "hill_1").axes[0].lines
    metrics = habsburg[0].metrics
    drawn = [np.asarray(line.get_ydata()) for line in lines]
    assert any(np.array_equal(y, metrics["birds.hill_1"]) for y in drawn)
    assert any(np.array_equal(y, metrics["birds.hill_1.median"]) for y in drawn)


def test_replicates_give_their_mean_and_a_band(habsburg: list[Run]) -> None:
    axes = plots.curve(habsburg, "history", "hill_1").axes[0]
    mean = np.mean([run.metrics["history.hill_1"] for run in habsburg], axis=0)
    assert np.asarray(axes.lines[-1].get_ydata()) == pytest.approx(mean)
    band = axes.collections[0].get_paths()[0].vertices[:, 1]
    ends = np.quantile([run.metrics["history.hill_1"].iloc[-1] for run in habsburg], [0.1, 0.9])
    assert band.min() <= ends[0] <= ends[1] <= band.max()


def test_the_world_names_every_model_and_every_group(habsburg: list[Run]) -> None:
    figure = plots.world_picture(habsburg[0], 1, 3)
    texts = {text.get_text() for text in figure.axes[0].texts}
    assert {"community (20)", "forum (20)", "farm (10)"} <= texts
    for letter in "ABCDEFGHIJKL":
        assert f"model-{letter}" in texts
        assert any(text.startswith(f"model-{letter}  ") and "%" in text for text in texts)


def test_a_crowded_world_folds_small_authors_together(habsburg: list[Run]) -> None:
    crowd = Scenario.load("habsburg").with_({"steps": 2, "humans.*.count": 5})
    names = [f"lab {i}" for i in range(30)]
    plain = crowd.plain()
    plain["models"] = [
        {**plain["models"][i % 12], "name": n, "diet": {"n": 200}} for i, n in enumerate(names)
    ]
    run = Scenario.parse(plain).run()
    texts = [text.get_text() for text in plots.world_picture(run, 1, 2).axes[0].texts]
    assert len(texts) < 40
    assert any("others" in text for text in texts)


def test_labels_are_moved_apart_and_stay_inside() -> None:
    placed = style.spread([0.5, 0.5, 0.51, 0.99, 1.0], 0.1)
    assert np.diff(np.sort(placed)).min() >= 0.1 - 1e-12
    assert placed.min() >= 0
    assert placed.max() <= 1
    assert style.spread([0.2, 0.8], 0.1) == pytest.approx([0.2, 0.8])


def test_generations_are_whole_numbers_on_their_axis(alone: Run) -> None:
    for steps in (3, 12):
        run = Run(**{**vars(alone), "agents": alone.agents[alone.agents["step"] <= steps]})
        domain = alone.domains[0]
        axes = plots.generations(run, domain, "hill_1").axes[0]
        ticks = axes.get_xticks()
        assert np.array_equal(ticks, np.round(ticks))


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.000075, "nats", "0.000075"),
        (0.000075, "share", "0.0075 %"),
        (0.25, "ratio", "25 %"),
        (12_000_000, "items", "12,000,000"),
        (0.1 + 0.2, "nats", "0.3"),
    ],
)
def test_numbers_at_ticks_are_written_in_full(value: float, unit: str, said: str) -> None:
    _, axes = style.panel()
    style.dress(axes, "A title", "a quantity", unit)
    assert axes.yaxis.get_major_formatter()(value) == said


@pytest.mark.parametrize("top", [0.00075, 0.000075, 0.5, 12_345_678.0])
@pytest.mark.parametrize("unit", ["nats", "share", "items"])
def test_the_label_of_an_axis_stays_on_the_page_however_long_its_numbers(
    top: float, unit: str
) -> None:
    made, axes = style.panel()
    axes.plot([0, 1], [0, top])
    style.dress(axes, "A title", "divergence (nats)", unit)
    style.from_zero(axes, np.array([top]))
    style.fit(axes)
    style.png(made)  # a label finds its place when it is drawn
    assert axes.yaxis.label.get_window_extent().x0 > 0


def test_files_are_the_same_every_time(alone: Run, tmp_path: Path) -> None:
    names = plots.save_figures(alone, tmp_path / "a")
    assert plots.save_figures(alone, tmp_path / "b") == names
    assert "overview" in names
    for name in names:
        for kind in ("svg", "png"):
            one, other = (tmp_path / place / f"{name}.{kind}" for place in "ab")
            assert one.read_bytes() == other.read_bytes(), name


def test_names_of_files_are_safe_and_unlike_for_unlike_domains() -> None:
    assert plots.slug("birds") == "birds"
    assert plots.slug("a/b") != plots.slug("a.b")
    assert "/" not in plots.slug("../up")


def test_without_a_run_there_is_nothing_to_draw() -> None:
    with pytest.raises(ValueError, match="runs: given none"):
        plots.overview([])

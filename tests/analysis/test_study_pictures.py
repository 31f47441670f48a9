"""Pictures of what studies find show the numbers found, with and without intervals."""

from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgba

from analysis.pareto import pareto
from analysis.pictures import levers as lever_pictures
from analysis.pictures import style
from analysis.pictures.of_findings import DRAW
from analysis.pictures.study_axes import BETTER, WORSE
from analysis.plain import plain
from analysis.robust import robust
from analysis.sensitivity import sensitivity
from analysis.tipping import Curve, tipping_point
from analysis.told_study import Wanted
from analysis.too_late import too_late
from scenarios.designs import Design
from tests.analysis.study_tables import comparison

NAMED = {"outcome": "birds.hill_1", "title": "Species $written$ about"}


def indices(plan: str, chance: float = 0.0) -> dict[str, Any]:
    levers = {n: {"path": n, "low": 0, "high": 1} for n in ("weak", "strong")}
    design = Design.model_validate({"levers": levers, "plan": plan, "size": 64})
    x = design.sample()
    runs = 2 if chance else 1
    noise = np.random.default_rng(1).normal(0, chance, (len(x), runs))
    found = sensitivity((x @ [1.0, 3.0])[:, None] + noise, design.problem, x, plan)  # type: ignore[arg-type]
    return {**NAMED, **found, "world": "hot", "arm": ""}


def late(replicates: int = 3) -> dict[str, Any]:
    gains = {1: [9, 10, 11], 5: [7, 8, 9], 9: [1, 2, 3]}
    values = {(f"s{s}", ""): [float(g) for g in each[:replicates]] for s, each in gains.items()}
    table = comparison(values, levers={f"s{s}": {"start": s} for s in gains})
    return {**too_late(table, "y", "start")[0], **NAMED}


def tip(replicates: int = 3) -> dict[str, Any]:
    shift = np.array([-1.0, 0, 1])[:replicates]
    seen = {float(at): 10 * at - 20 + shift for at in range(5)}
    curve = Curve(3.0, seen=seen)
    return {**tipping_point(curve, "dose", "y", "value", "", (0.0, 4.0)), **NAMED}


def many(replicates: int = 3, worlds: int = 2) -> Any:
    values = {
        (f"arm {i}", f"world {w}"): [float(i + w * (3 - i) + r) for r in range(replicates)]
        for i in range(4)
        for w in range(worlds)
    }
    return comparison(values, cost={f"arm {i}": float(i % 3) for i in range(4)})


def found(kind: str, replicates: int, worlds: int = 2) -> dict[str, Any]:
    made: Any = {
        "sobol": lambda: indices("sobol", 0.3 if replicates > 1 else 0.0),
        "morris": lambda: indices("morris", 0.3 if replicates > 1 else 0.0),
        "robust": lambda: {**robust(many(replicates, worlds), "y"), **NAMED},
        "pareto": lambda: {**pareto(many(replicates), "y"), **NAMED},
        "too_late": lambda: late(replicates),
        "tipping": lambda: tip(replicates),
    }[kind]()
    return plain(made)


KINDS = {
    "sobol": "sensitivity",
    "morris": "sensitivity",
    **{kind: kind for kind in ("robust", "pareto", "too_late", "tipping")},
}


@pytest.mark.parametrize("replicates", [1, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_every_finding_has_a_picture_the_same_every_time(kind: str, replicates: int) -> None:
    one = found(kind, replicates)
    drawn = style.svg(DRAW[KINDS[kind]](one))
    assert drawn == style.svg(DRAW[KINDS[kind]](one))
    assert "Species $written$ about" in drawn, "a title is no formula"


def test_bars_are_the_indices_from_the_largest_down() -> None:
    one = found("sobol", 3)
    axes = DRAW["sensitivity"](one).axes[0]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["strong", "weak"]
    lengths = [bar.get_width() for bar in axes.patches]
    by = {index["lever"]: index for index in one["levers"]}
    order = [by[lever][key] for key in ("total", "first") for lever in ("strong", "weak")]
    assert lengths == pytest.approx(order)


def test_a_plane_has_a_named_dot_for_every_lever() -> None:
    one = found("morris", 1)
    axes = DRAW["sensitivity"](one).axes[0]
    texts = {text.get_text() for text in axes.texts}
    assert {"weak", "strong"} <= texts
    dots = axes.containers[0][0].get_xdata()
    assert dots == pytest.approx([index["mu_star"] for index in one["levers"]])


def test_the_tipping_point_is_marked_where_it_was_found() -> None:
    one = found("tipping", 3)
    axes = DRAW["tipping"](one).axes[0]
    marked = [line.get_xdata()[0] for line in axes.lines if len(line.get_xdata()) == 2]
    assert one["value"] in marked
    assert "tips at 2.5" in {text.get_text() for text in axes.texts}


def test_a_curve_that_never_crosses_is_drawn_without_a_mark() -> None:
    one = {**found("tipping", 3), "value": None, "low": None, "high": None}
    assert not [t for t in DRAW["tipping"](one).axes[0].texts if "tips" in t.get_text()]


def test_gain_falls_to_half_where_it_was_found() -> None:
    one = found("too_late", 3)
    texts = {text.get_text() for text in DRAW["too_late"](one).axes[0].texts}
    assert texts == {"half of the first", "half is left until 7"}
    one = found("too_late", 1)
    assert not DRAW["too_late"](one).axes[0].texts, "of one replicate nothing is said"


def test_a_table_of_regret_names_arms_and_writes_numbers_where_worlds_are_few() -> None:
    few = {text.get_text() for text in DRAW["robust"](found("robust", 2)).texts}
    assert {"arm 3", "baseline", "world 0", "world 1", "largest"} <= few
    crowd = {text.get_text() for text in DRAW["robust"](found("robust", 2, 12)).texts}
    assert "12 worlds" in crowd
    assert "world 1" not in crowd


def test_titles_of_regret_are_whole() -> None:
    long = "how far what models write is from the truth, in nats, over many years"
    drawn = DRAW["robust"]({**found("robust", 2), "title": long})
    (title,) = [text for text in drawn.texts if text.get_text() == long]
    end = title.get_window_extent(drawn.canvas.get_renderer()).x1 / drawn.dpi  # type: ignore[attr-defined]
    assert end <= drawn.get_figwidth()


@pytest.mark.parametrize("kind", ["tipping", "too_late"])
def test_differences_of_shares_are_drawn_in_points(kind: str) -> None:
    one = {**found(kind, 3), "outcome": "birds.tail_coverage", "of": "difference"}
    axes = DRAW[kind](one).axes[0]
    assert axes.get_ylabel().endswith("(points)")
    assert axes.yaxis.get_major_formatter()(-0.1) == "−10"


def test_a_front_names_the_arms_that_nothing_beats() -> None:
    one = found("pareto", 3)
    named = {text.get_text() for text in DRAW["pareto"](one).axes[0].texts}
    assert named == {member["arm"] for member in one["members"] if member["front"]}


def test_no_difference_is_neither_better_nor_worse() -> None:
    shades = lever_pictures._shades(
        Wanted("y", "y", 1.0, "", "", ""), np.array([[-1.0, 0.0, 2.0]])
    )[0]
    worse, same, better = (tuple(shade[:3]) for shade in shades)
    assert worse == to_rgba(WORSE)[:3]
    assert better == to_rgba(BETTER)[:3]
    assert same not in (worse, better)

"""Each kind of happening comes when a world is made to do it, and not otherwise."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from analysis.chronicle import LASTING, Chronicle
from analysis.collector import current_views
from analysis.exercise_view import ExerciseView
from analysis.figures import figures
from analysis.happening import EACH, KINDS, MOST, Happening
from analysis.latch import Latch
from analysis.speech import Speech
from analysis.view import View
from ecosystem.domains.encyclopedia import Encyclopedia, EncyclopediaSpec
from ecosystem.ecosystem import Ecosystem
from tests.analysis.live import stepped

MODELS, READ = 4, 1000.0
Change = Callable[["Stage"], None]


class Stage:
    """A world of four models and sixty birds whose state a test sets itself, reading by reading."""

    def __init__(self, table: str | None = "birds") -> None:
        spec = (
            EncyclopediaSpec(table=table, wrong_values=4)
            if table
            else EncyclopediaSpec(weights=[2.0] * 20 + [1.0] * 20, wrong_values=2)
        )
        self.domain = Encyclopedia("facts", spec)
        items, values = self.domain.shape
        self.said = np.zeros((MODELS, items, values))
        self.said[:, :, 0] = 1.0 / items
        self.web = np.zeros((items, values))
        self.web[:, 0] = 10.0
        self.read_synthetic = np.zeros(MODELS)
        self.held = np.array([[50.0, 50.0], [50.0, 50.0]])
        self.attention = np.ones(2)
        self.step = 0
        self.chronicle = Chronicle()

    def read(self) -> list[Happening]:
        models = [SimpleNamespace(name=f"m{i}", row=i, learners={"facts"}) for i in range(MODELS)]
        shelves = [SimpleNamespace(site=s, synthetic=bool(o)) for s in (0, 1) for o in (0, 1)]
        stock = SimpleNamespace(
            voices=self.said.reshape(MODELS, -1),
            cells=self.web.reshape(1, -1),
            shelves=shelves,
            size=self.held.ravel(),
            authors=[model.name for model in models],
        )
        world: Any = SimpleNamespace(
            steps=self.step,
            domains={"facts": self.domain},
            stocks={"facts": stock},
            present=lambda: models,
            read_documents={"facts": np.full(MODELS, READ)},
            read_synthetic={"facts": self.read_synthetic},
            sites=[SimpleNamespace(name="forum"), SimpleNamespace(name="farm")],
            attention=self.attention,
        )
        view = View(world, "facts", {})
        view.web = self.web
        self.step += 1
        return self.chronicle.read(world, {"facts": view})

    def told(self, *changes: Change) -> list[Happening]:
        """What is told of a first reading, and then of one after each change."""
        found = self.read()
        for change in changes:
            change(self)
            found += self.read()
        return found


def forget(items: slice) -> Change:
    """No model speaks of some items any more."""

    def change(stage: Stage) -> None:
        stage.said[:, items] = 0.0

    return change


def know(items: slice, documents: float) -> Change:
    """One model would write so many documents on each of some items."""

    def change(stage: Stage) -> None:
        stage.said[0, items, 0] = documents / READ

    return change


def err(item: int, models: int, slot: int = 1) -> Change:
    """So many models assert a wrong value of an item, the others the truth."""

    def change(stage: Stage) -> None:
        mass = 1.0 / len(stage.domain.items)
        stage.said[:, item] = 0.0
        stage.said[:models, item, slot] = mass
        stage.said[models:, item, 0] = mass

    return change


def stand(item: int, true: float, false: float) -> Change:
    """So many documents on an item stand on the web."""

    def change(stage: Stage) -> None:
        stage.web[item] = 0.0
        stage.web[item, :2] = true, false

    return change


def feed(share: float) -> Change:
    """Model m2 reads such a share of synthetic text."""

    def change(stage: Stage) -> None:
        stage.read_synthetic = np.where(np.arange(MODELS) == 2, share, 0.0)

    return change


def fill(synthetic: float) -> Change:
    """Such a share of the farm is synthetic."""

    def change(stage: Stage) -> None:
        stage.held[1] = 100 * (1 - synthetic), 100 * synthetic

    return change


def nothing(stage: Stage) -> None:
    return None


ONE = slice(5, 6)
LOSE = [forget(ONE)] + [nothing] * (LASTING - 1)
TELLS: list[tuple[str, list[Change], str]] = [
    ("forgotten", LOSE, "Ashy Drongo is no longer known to any model"),
    ("returned", [*LOSE, know(ONE, 2.0)], "Ashy Drongo is known to a model again"),
    ("believed", [err(5, 3)], "3 of 4 models now put Ashy Drongo in the family"),
    ("corrected", [err(5, 3), err(5, 1)], "only 1 of 4 models is wrong on Ashy Drongo now"),
    ("corrected", [err(5, 3), err(5, 0)], "no model is wrong on Ashy Drongo now"),
    ("web false", [stand(5, 4, 5)], "the web's leading claim about Ashy Drongo is now false ("),
    ("web true", [stand(5, 4, 5), stand(5, 10, 8)], "about Ashy Drongo is true again"),
    ("reads synthetic", [feed(0.51)], "m2 now reads more synthetic than human text"),
    ("reads human", [feed(0.51), feed(0.44)], "m2 now reads more human than synthetic text again"),
    ("filled", [fill(0.67)], "site farm is now more than two thirds synthetic"),
    ("cleared", [fill(0.67), fill(0.59)], "site farm is less than two thirds synthetic again"),
]
SILENT: list[tuple[str, list[Change]]] = [
    ("forgotten", LOSE[:-1]),
    ("forgotten", [forget(ONE), know(ONE, 1.0), *LOSE[:-1]]),
    ("returned", [*LOSE, know(ONE, 1.9)]),
    ("believed", [err(5, 2)]),
    ("corrected", [err(5, 3), err(5, 2)]),
    ("web false", [stand(5, 5, 5)]),
    ("web false", [stand(5, 0, 4)]),
    ("web true", [stand(5, 4, 5), stand(5, 9, 8)]),
    ("reads synthetic", [feed(0.49)]),
    ("reads human", [feed(0.51), feed(0.46)]),
    ("filled", [fill(0.66)]),
    ("cleared", [fill(0.67), fill(0.61)]),
]


def named(stage: Stage, text: str) -> str:
    """Text of a line, with the bird of place 5 called Ashy Drongo."""
    return text.replace(stage.domain.items[5], "Ashy Drongo")


@pytest.mark.parametrize(("kind", "changes", "text"), TELLS)
def test_a_line_is_told_when_it_is_crossed(kind: str, changes: list[Change], text: str) -> None:
    stage = Stage()
    (one,) = [each for each in stage.told(*changes) if each.kind == kind]
    assert text in named(stage, one.text)
    assert one.step == len(changes)
    about_item = kind not in ("reads synthetic", "reads human", "filled", "cleared")
    assert (one.item == stage.domain.items[5], one.domain == "facts") == (about_item, about_item)
    assert bool(one.who) == (not about_item)
    claim = stage.domain.label(5, 1) if kind in ("believed", "web false") else ""
    assert one.value == claim


@pytest.mark.parametrize(("kind", "changes"), SILENT)
def test_and_not_before(kind: str, changes: list[Change]) -> None:
    assert kind not in [each.kind for each in Stage().told(*changes)]


def test_nothing_is_told_of_the_start_nor_of_what_was_never_known() -> None:
    stage = Stage()
    for change in (forget(ONE), err(7, 4), stand(8, 0, 9), feed(0.9), fill(0.9)):
        change(stage)
    assert stage.told(nothing, nothing, nothing, know(ONE, 5.0)) == []


def test_between_two_lines_nothing_flickers() -> None:
    waver = [err(5, 3), err(5, 2)] * 4 + [fill(0.67), fill(0.62)] * 4
    assert [each.kind for each in Stage().told(*waver)] == ["believed", "filled"]


@pytest.mark.parametrize(
    ("lost", "said"), [(0.2, None), (0.3, "a quarter"), (0.55, "half"), (0.8, "three quarters")]
)
def test_the_rare_that_nobody_knows_are_counted(lost: float, said: str | None) -> None:
    stage = Stage()
    rare = stage.domain.rarest(0.5)

    def lose(stage: Stage) -> None:
        stage.said[:, rare[: round(lost * len(rare))]] = 0.0

    found = [each.text for each in stage.told(lose) if each.kind == "figure"]
    told = [f"{said} of the rare facts known at the start are known to no model"] if said else []
    assert found == told


def test_of_several_levels_that_are_left_behind_the_highest_is_told() -> None:
    stage = Stage()
    rare, before = stage.domain.rarest(0.5), stage.said.copy()

    def lose(stage: Stage) -> None:
        stage.said[:, rare[: round(0.8 * len(rare))]] = 0.0

    def restore(stage: Stage) -> None:
        stage.said[:] = before

    found = [each.text for each in stage.told(lose, restore) if each.kind == "figure"]
    again = "more than three quarters of the rare facts known at the start are known again"
    assert found[1:] == [again]


def test_sites_that_are_read_most_are_told_first() -> None:
    stage = Stage()
    stage.attention = np.array([1.0, 3.0])

    def everywhere(stage: Stage) -> None:
        stage.held[:] = [[20.0, 100.0], [10.0, 90.0]]

    found = [each.who for each in stage.told(everywhere) if each.kind == "filled"]
    assert found == ["farm", "forum"]


def test_no_more_models_than_few_is_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.chronicle.FEW_MODELS", 1 / MODELS)
    found = [each.kind for each in Stage().told(err(5, 3), err(5, 1))]
    assert found == ["believed", "corrected"]


def test_models_that_come_to_write_alike_are_news() -> None:
    stage = Stage()
    base = stage.said.copy()
    lean = np.where(np.arange(base.shape[1]) % 2, 1.0, 3.0)
    for model in range(MODELS):
        stage.said[model] = base[model] * np.roll(lean, model % 2)[:, None]

    def alike(stage: Stage) -> None:
        stage.said[:] = base * (0.9 + 0.1 * stage.said / base.max())

    said = [each.text for each in stage.told(nothing, alike) if each.kind == "figure"]
    assert said == ["on facts models write only a quarter as differently from each other as at the "
                    "start"]  # fmt: skip


def test_of_many_the_weightiest_are_told_and_the_rest_counted() -> None:
    stage = Stage()
    found = stage.told(*[forget(slice(0, 12)), *[nothing] * (LASTING - 1)])
    lost = [each for each in found if each.kind == "forgotten"]
    heaviest = np.argsort(-stage.domain.topics[:12], kind="stable")[:EACH]
    assert [each.item for each in lost] == [stage.domain.items[i] for i in heaviest]
    assert found[-1].text == "and 10 other birds are known to no model any more"


def test_a_step_has_no_more_lines_than_are_read() -> None:
    stage = Stage()
    items = len(stage.domain.items)

    def everything(stage: Stage) -> None:
        stage.said[:, : items // 2] = 0.0
        for item in range(items // 2, items):
            err(item, 4)(stage)
        stage.web[:, :2] = 0.0, 9.0
        stage.read_synthetic[:] = 0.9
        stage.held[:] = 1.0, 99.0

    found = stage.told(everything)
    assert len(found) == MOST + 1 and found[-1].kind == "rest"
    order = [list(KINDS).index(each.kind) for each in found[:-1]]
    assert order == sorted(order)
    assert "2 sites are mostly synthetic now" in found[-1].text
    assert found == Stage().told(everything)  # and always in the same order


# ---------------------------------------------------------------------- in words


def test_values_are_spoken_of_as_what_they_are() -> None:
    history = Speech.of(Encyclopedia("history", EncyclopediaSpec(table="history")))
    name, truth = history.domain.items[0], history.domain.label(0, 0)
    wrong = history.domain.label(0, 1)
    assert history.wrongly(0, 1, 7, 7) == f"date “{name}” wrongly ({wrong}; in truth {truth})"
    assert history.wrongly(0, 1, 4, 7).endswith(f"({wrong}, say 4 of them; in truth {truth})")
    assert history.wrongly(0, 1, 2, 7).endswith(f"wrongly (in truth {truth})")
    plain = Speech.of(Encyclopedia("things", EncyclopediaSpec(weights=[1.0, 2.0], wrong_values=1)))
    assert plain.wrongly(1, 1, 3, 3) == "say wrong 1 of item 2; in truth true"
    said = "are wrong on item 2 (wrong 1, say 2 of them; in truth true)"
    assert plain.wrongly(1, 1, 2, 3) == said
    assert plain.counted(3, True) == "3 other items of things"


def test_a_latch_takes_its_side_first() -> None:
    latch = Latch(3)
    yes, no = np.ones(3, dtype=bool), np.zeros(3, dtype=bool)
    first = np.array([True, True, False])
    for past, back, known, crossed, returned in (
        (first, no, yes & first, [], []),
        (yes, no, yes, [], []),
        (no, yes, yes, [], [0, 1, 2]),
        (yes, no, first, [0, 1], []),
    ):
        up, down = latch.read(past, back, known)
        assert (up.tolist(), down.tolist()) == (crossed, returned)


# ---------------------------------------------------------------------- domains of rows


@pytest.fixture(scope="module")
def skilled() -> Ecosystem:
    """A world with pictures, exercises and prose, at the start."""
    return stepped(0, "pictures", "exercises", "prose", costly_every=1)


def test_variance_words_and_edge_cases_lost_are_news(skilled: Ecosystem) -> None:
    chronicle, views = Chronicle(), current_views(skilled)
    assert chronicle.read(skilled, views) == []
    pictures: Any = views["pictures"]
    pictures.moments = [(mean, 0.4 * spread) for mean, spread in pictures.moments]
    prose: Any = views["prose"]
    prose.samples = [sample[:20] for sample in prose.samples]
    exercises: Any = views["exercises"]
    exercises.accuracy = exercises.accuracy * ~exercises.domain.edge
    exercises.known = exercises.accuracy >= 0.5
    found = [each.text for each in chronicle.read(skilled, views)]
    half = "is down to half of what it was at the start"
    assert f"the variance of pictures by models {half}" in found
    assert any(text.endswith("different words in prose as at the start") for text in found)
    assert "of the edge cases of exercises models solve only a quarter of what they did" in found
    later = [each for _ in range(2) for each in chronicle.read(skilled, views)]
    case = "no model solves “leap years: century divisible by 400” any more, an edge case"
    assert case in [each.text for each in later if each.kind == "forgotten"]
    exercises.accuracy = np.ones_like(exercises.accuracy)
    again = [each.text for each in chronicle.read(skilled, views)]
    assert "a model solves “leap years: century divisible by 400” again" in again


def test_costly_figures_are_read_only_where_a_meter_did(skilled: Ecosystem) -> None:
    fresh = {name: type(v)(skilled, name, {}) for name, v in current_views(skilled).items()}
    assert isinstance(fresh["exercises"], ExerciseView)
    assert set(figures(fresh["prose"])) == set() == set(figures(fresh["exercises"]))
    assert set(figures(fresh["pictures"])) == {"variance"}
    assert not fresh["prose"].has("samples")

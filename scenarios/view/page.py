"""The page: Mesa's controls at the left, the web in the middle, the curves at the right."""

import base64
import binascii
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import solara
import solara.lab
from mesa.visualization import SolaraViz
from mesa.visualization.utils import force_update, update_counter

from analysis.pictures.style import origin
from scenarios.complaints import ScenarioError
from scenarios.scenario import shipped
from scenarios.view.drawn import Drawn, spread
from scenarios.view.levers import levers
from scenarios.view.limits import MOST, MOST_BYTES
from scenarios.view.live import Live
from scenarios.view.settings import AS_GIVEN, RETENTIONS
from scenarios.view.widgets import Below, Card, Charts, Levers, Spread, Tree, Upload, Web

HERE = Path(__file__).parent
CSS = (HERE / "page.css").read_text(encoding="utf-8")
RAMP = [origin(place / 40) for place in range(41)]
PLAY_INTERVAL = 1
"""Milliseconds that Mesa waits between steps at first, a place of its slider."""
NO_TREE = {"models": [], "generations": [], "first": 0, "last": 0}
YOURS = "your upload"
Source = str | bytes


def offered() -> list[str]:
    """Scenarios of the picker: those shipped, and the one the command was given."""
    given = os.environ.get("HABSBURG_SCENARIO", "habsburg")
    names = sorted(shipped())
    return names if given in names else [given, *names]


def parameters(source: Source, about: dict[str, Any]) -> dict[str, Any]:
    """What Mesa offers as settings that need a reset; factors of what the scenario says."""
    given = about.get("offered", {})
    models = int(given.get("models", 1))
    found: dict[str, Any] = {
        "source": source,
        "models": _slider("Models", models, 1, max(24, min(2 * models, MOST["models"])), 1),
        "writing": _slider("Human writing, × the scenario's", 1.0, 0.0, 3.0, 0.1),
        "temperature": _slider("Temperature, × the scenario's", 1.0, 0.5, 1.5, 0.05),
        "retention": {
            "type": "Select",
            "label": "What sites keep",
            "value": AS_GIVEN,
            "values": list(RETENTIONS),
        },
        "seed": {"type": "InputText", "label": "Seed", "value": str(about.get("seed", 1))},
    }
    if (floor := given.get("floor")) is not None:
        most = max(0.1, round(2 * floor, 3))
        found["floor"] = _slider("Hallucination floor", round(floor, 3), 0.0, most, 0.001)
    return found


def _slider(label: str, value: float, low: float, high: float, step: float) -> dict[str, Any]:
    kind = "SliderInt" if isinstance(value, int) else "SliderFloat"
    return {"type": kind, "label": label, "value": value, "min": low, "max": high, "step": step}


@solara.component
def Page() -> None:
    """One visitor's page; its run ends with it."""
    first = solara.use_memo(lambda: os.environ.get("HABSBURG_SCENARIO", "habsburg"), [])
    live = solara.use_reactive(solara.use_memo(lambda: Live(source=first), []))
    chosen, set_chosen = solara.use_state(first)
    known: Any = solara.use_ref({})
    update_counter.get()
    model = live.value

    def kept() -> Callable[[], None]:
        model.listen(force_update)
        return model.close

    solara.use_effect(kept, [model])
    solara.lab.use_task(model.open, dependencies=[model], prefer_threaded=True)
    if model.about:  # the settings of a run stay while its next one is built
        known.current = {"source": model.source, "about": model.about}

    def choose(source: Source, name: str) -> None:
        set_chosen(name)
        known.current = {}
        live.value = Live(source=source)

    solara.Title("Habsburg")
    solara.Style(CSS)
    if known.current:
        viewer = SolaraViz(
            live,
            components=[],
            model_params=parameters(model.source, known.current["about"]),
            name="Habsburg",
            play_interval=PLAY_INTERVAL,
        )
        viewer.key(f"viewer-{hash(model.source)}")
    with solara.Sidebar():
        Chooser(model, chosen, choose)
    Board(model)


@solara.component
def Chooser(model: Live, chosen: str, choose: Callable[[Source, str], None]) -> None:
    """The scenario, and the levers of its run."""
    update_counter.get()
    refused, set_refused = solara.use_state("")

    def picked(name: str) -> None:
        if name != chosen and name in offered():
            set_refused("")
            choose(name, name)

    def file(text: str, size: int) -> None:
        try:
            if size > MOST_BYTES:
                raise ScenarioError(
                    f"upload: given {size:,} bytes, allowed at most {MOST_BYTES:,} for a scenario"
                )
            content = base64.b64decode(text, validate=True)
        except (ScenarioError, binascii.Error) as error:
            set_refused(str(error))
            return
        set_refused("")
        choose(content, YOURS)

    def moved(kind: str, name: str, value: float) -> None:
        model.move(kind, name, value)
        force_update()

    def unblock(name: str) -> None:
        model.block(name)
        force_update()

    settings = model.settings
    with solara.Card("Scenario", margin=0, classes=["hb-side", "hb-scenario"]):
        names = offered() + ([YOURS] if chosen == YOURS else [])
        solara.Select("Scenario", value=chosen, values=names, on_value=picked)
        if model.about.get("question"):
            solara.Text(model.about["question"], classes=["hb-question"])
        Upload.element(most=MOST_BYTES, on_file=file)
        if refused:
            solara.Error(refused, dense=True)
    with solara.Card("Policies: act from the next step", margin=0, classes=["hb-side", "hb-pol"]):
        Levers.element(
            levers=[_plain(lever) for lever in levers().values()],
            settings=settings.get("levers", {}),
            blocked=settings.get("blocked", []),
            refused=model.refused,
            on_moved=moved,
            on_unblock=unblock,
        )


@solara.component
def Board(model: Live) -> None:
    """The middle and the right of the page."""
    update_counter.get()
    drawn: Any = solara.use_memo(Drawn, [])
    node, set_node = solara.use_state("")
    mode, set_mode = solara.use_state("web")
    tab, set_tab = solara.use_state("log")
    item, set_item = solara.use_state(("", ""))

    def anew() -> None:
        set_node("")
        set_mode("web")
        set_tab("log")
        set_item(("", ""))

    solara.use_memo(anew, [model])
    if model.problem:
        solara.Error(model.problem, classes=["hb-problem"])
        return
    if not model.about:
        with solara.Div(classes=["hb-wait"]):
            solara.ProgressLinear(True)
            solara.Text("Building the web of row 0 and training the first models on it ...")
        return
    stage, frame = model.about["stage"], model.frame
    first_domain = next(iter(model.about["items"]))
    spots = {spot["id"]: spot for spot in stage["spots"]}
    drawn.update(model)

    def painted(step: int) -> None:
        if drawn.painted(step):
            force_update()

    def pick(chosen: str) -> None:
        set_node(chosen)
        model.ask(card=spots[chosen]["name"] if chosen in spots else None)
        force_update()

    def follow(claim: tuple[str, str, str] | None) -> None:
        set_mode("falsehood" if claim else mode)
        model.ask(tree=None, falsehoods=True)
        model.follow(claim)
        force_update()

    def block(name: str) -> None:
        model.block(name)
        force_update()

    def turn(wanted: str) -> None:
        set_tab(wanted)
        model.ask(digits=wanted == "digits", item=item if wanted == "item" and item[1] else None)
        force_update()

    def tell(domain: str, name: str) -> None:
        set_item((domain, name))
        model.ask(item=(domain, name))
        force_update()

    def switch(wanted: str) -> None:
        set_mode(wanted)
        drawn.anew()
        model.ask(tree=wanted == "tree" and first_domain, falsehoods=wanted == "falsehood")
        if wanted != "falsehood" and model.following:
            model.follow(None)
        force_update()

    with solara.Div(classes=["hb-board"]):
        with solara.Div(classes=["hb-left"]):
            with solara.Div(classes=["hb-card"]):
                Strip(model, mode, switch)
                if model.notice:
                    solara.Warning(model.notice, dense=True, classes=["hb-notice"])
                if mode == "falsehood":
                    Spread.element(
                        offered=frame.get("falsehoods", []),
                        following=model.following,
                        working=model.working,
                        on_follow=follow,
                    ).key("spread")
                if mode == "tree":
                    Tree.element(tree=frame.get("tree", NO_TREE), ramp=RAMP).key("tree")
                Web.element(
                    stage=stage | {"ramp": RAMP},
                    scene=drawn.scene,
                    selected=node,
                    spread=spread(model.following, stage),
                    off=mode == "tree",
                    on_pick=pick,
                    on_painted=painted,
                ).key("web")
            with solara.Div(classes=["hb-card"]):
                Below.element(
                    tab=tab,
                    news=model.events[:60],
                    digits=frame.get("digits", {}),
                    items=model.about["items"],
                    item=frame.get("item", {}),
                    on_tab=turn,
                    on_item=tell,
                )
        with solara.Div(classes=["hb-card", "hb-right"]):
            Charts.element(panels=model.about["panels"], points=drawn.points)
            if node and frame.get("card"):
                Card.element(
                    card=frame["card"],
                    blocked=spots[node]["name"] in model.settings["blocked"],
                    on_close=lambda: pick(""),
                    on_follow=follow,
                    on_block=block,
                )


@solara.component
def Strip(model: Live, mode: str, switch: Callable[[str], None]) -> None:
    """What is seen, at which step, and the ways out."""
    update_counter.get()
    with solara.Div(classes=["hb-strip"]):
        solara.HTML(
            tag="div",
            unsafe_innerHTML=f"<b data-testid='tick'>step {model.tick}</b> {model.frame['date']}",
        )
        for name, label in (
            ("web", "The web"),
            ("tree", "Family tree"),
            ("falsehood", "Follow a falsehood"),
        ):
            solara.Button(
                label,
                on_click=lambda name=name: switch(name),
                text=True,
                small=True,
                classes=["hb-mode", "hb-chosen" if mode == name else "hb-other"],
            )
        if model.tick > 0:
            name = model.about["name"]
            solara.FileDownload(model.toml, filename=f"{name}.toml", label="Settings")
            solara.FileDownload(model.save, filename=f"{name}.zip", label="Run")
        if model.working:
            what, done, total = model.working
            solara.Text(f"{what}: {done} of {total} steps", classes=["hb-working"])


def _plain(lever: Any) -> dict[str, Any]:
    return {
        "kind": lever.kind,
        "label": lever.label,
        "text": lever.text,
        "who": lever.who,
        "knobs": [vars(knob) for knob in lever.knobs],
    }

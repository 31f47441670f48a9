"""The parts of the page that are drawn in the browser: a Vue template each, beside this file.

Traits carry plain data to a template; what happens in the browser comes back through the function
given for it. Only the syntax that Vue 2 and 3 share is used, and nothing is loaded from elsewhere.
"""

from pathlib import Path
from typing import Any

import ipyvuetify
import traitlets

HERE = Path(__file__).parent


def _vue(name: str) -> Any:
    return traitlets.Unicode((HERE / f"{name}.vue").read_text(encoding="utf-8")).tag(sync=True)


def _shared(value: Any = None) -> Any:
    return traitlets.Any(value, allow_none=True).tag(sync=True)


class Web(ipyvuetify.VuetifyTemplate):
    """Who writes, where it stands, who reads: the centre picture."""

    template = _vue("web")
    stage, scene, selected, spread = _shared({}), _shared({}), _shared(""), _shared({})
    off = _shared(False)
    on_pick: Any = traitlets.Any(None, allow_none=True)
    on_painted: Any = traitlets.Any(None, allow_none=True)

    def vue_pick(self, node: str) -> None:
        """A member was clicked, or "" beside all."""
        self.on_pick(str(node))

    def vue_painted(self, step: int) -> None:
        """The browser has drawn a step."""
        self.on_painted(int(step))


class Charts(ipyvuetify.VuetifyTemplate):
    """The small curves, with those of the reference in grey."""

    template = _vue("charts")
    panels, points = _shared([]), _shared({})


class Levers(ipyvuetify.VuetifyTemplate):
    """Every policy as a slider."""

    template = _vue("levers")
    levers, settings, blocked = _shared([]), _shared({}), _shared([])
    refused = _shared(0)
    on_moved: Any = traitlets.Any(None, allow_none=True)
    on_unblock: Any = traitlets.Any(None, allow_none=True)

    def vue_moved(self, given: dict[str, Any]) -> None:
        """A slider was moved."""
        self.on_moved(str(given["kind"]), str(given["name"]), float(given["value"]))

    def vue_unblock(self, name: str) -> None:
        """A member is to be read again."""
        self.on_unblock(str(name))


class Below(ipyvuetify.VuetifyTemplate):
    """What happened, what models draw, the story of one item."""

    template = _vue("below")
    tab, news, digits = _shared("log"), _shared([]), _shared({})
    items, item = _shared({}), _shared({})
    on_tab: Any = traitlets.Any(None, allow_none=True)
    on_item: Any = traitlets.Any(None, allow_none=True)

    def vue_turn(self, tab: str) -> None:
        """Another part is wanted."""
        self.on_tab(str(tab))

    def vue_choose(self, chosen: list[str]) -> None:
        """A domain and an item in it."""
        self.on_item(str(chosen[0]), str(chosen[1]))


class Card(ipyvuetify.VuetifyTemplate):
    """All about one member of the web."""

    template = _vue("card")
    card, blocked = _shared({}), _shared(False)
    on_close: Any = traitlets.Any(None, allow_none=True)
    on_follow: Any = traitlets.Any(None, allow_none=True)
    on_block: Any = traitlets.Any(None, allow_none=True)

    def vue_shut(self, _: Any = None) -> None:
        """It is not wanted any more."""
        self.on_close()

    def vue_follow(self, claim: list[str]) -> None:
        """A falsehood is to be followed."""
        self.on_follow((str(claim[0]), str(claim[1]), str(claim[2])))

    def vue_block(self, name: str) -> None:
        """Nobody is to read it any more, or everybody again."""
        self.on_block(str(name))


class Tree(ipyvuetify.VuetifyTemplate):
    """The family tree of models over time."""

    template = _vue("tree")
    tree, ramp = _shared({"models": [], "generations": []}), _shared([])


class Spread(ipyvuetify.VuetifyTemplate):
    """Who came to assert one falsehood, when, and from whom."""

    template = _vue("spread")
    offered, following, working = _shared([]), _shared({}), _shared(None)
    on_follow: Any = traitlets.Any(None, allow_none=True)

    def vue_follow(self, claim: list[str]) -> None:
        """A falsehood is to be followed; without any, none any more."""
        self.on_follow((str(claim[0]), str(claim[1]), str(claim[2])) if claim else None)


class Upload(ipyvuetify.VuetifyTemplate):
    """A file of settings from the visitor's disk."""

    template = _vue("upload")
    most = _shared(0)
    on_file: Any = traitlets.Any(None, allow_none=True)

    def vue_chosen(self, given: dict[str, Any]) -> None:
        """The text of a file, or how large it is where that is too large."""
        self.on_file(str(given.get("text", "")), int(given.get("size", 0)))

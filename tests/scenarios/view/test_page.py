"""What a page may send that no hand on it would."""

from typing import Any

import pytest

pytest.importorskip("solara")


def test_the_picker_takes_only_what_it_offers() -> None:
    import ipyvuetify
    import solara

    from scenarios.view.live import Live
    from scenarios.view.page import Chooser

    chosen: list[Any] = []
    element = Chooser(Live(), "habsburg", lambda source, name: chosen.append((source, name)))
    _, context = solara.render(element, handle_error=False)
    picker = context.find(ipyvuetify.Select).widget
    for name in ("/etc/passwd", "pyproject.toml", "your upload", "average_face"):
        picker.v_model = name
    assert chosen == [("average_face", "average_face")]
    context.close()

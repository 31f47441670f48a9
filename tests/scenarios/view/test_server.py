"""Whom the server answers, and by which names."""

from typing import Any

import pytest

from scenarios.view.server import Guard, _names, _shipped, _spelled

OWN = "127.0.0.1:8765"


def answered(
    guard_port: int = 8765, host: str = "127.0.0.1", kind: str = "http", **headers: str
) -> bool:
    """Whether a request with such headers gets past the guard."""
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope)

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        assert message.get("status", 403) == 403 and message.get("code", 1008) == 1008

    given = [(name.rstrip("_").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "path": "/", "headers": given}
    request = Guard(app, _names(host), guard_port)(scope, receive, send)
    with pytest.raises(StopIteration):
        request.send(None)  # nothing here waits, so it needs no loop
    return bool(seen)


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "origin",
    [
        "http://elsewhere.example",
        "http://127.0.0.1:8766",
        "https://127.0.0.1:8765",
        "http://localhost:8765",
        "null",
        f"http://{OWN}.elsewhere.example",
    ],
)
def test_a_page_from_elsewhere_is_refused(kind: str, origin: str) -> None:
    assert answered(kind=kind, host="127.0.0.1", Host=OWN, Origin=f"http://{OWN}")
    assert not answered(kind=kind, Host=OWN, Origin=origin)


def test_a_socket_says_where_it_comes_from() -> None:
    assert answered(kind="http", Host=OWN)
    assert not answered(kind="websocket", Host=OWN)


@pytest.mark.parametrize(
    "host", ["elsewhere.example:8765", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8766", ""]
)
def test_another_name_of_this_machine_is_refused(host: str) -> None:
    assert not answered(Host=host)


def test_a_second_name_does_not_get_in_behind_the_first() -> None:
    assert not answered(Host=OWN, host_="elsewhere.example:8765")


def test_the_usual_port_may_be_left_out() -> None:
    assert answered(80, Host="localhost") and answered(80, Host="localhost:80")


def test_an_address_of_six_parts_stands_in_brackets() -> None:
    assert _spelled("::1") == "[::1]" and _spelled("127.0.0.1") == "127.0.0.1"
    assert answered(host="fe80::1", Host="[fe80::1]:8765")


def test_a_server_for_everybody_has_any_name_and_still_no_foreign_pages() -> None:
    assert answered(host="::", Host="lab.example:8765", Origin="http://lab.example:8765")
    assert not answered(host="0.0.0.0", Host="lab.example:8765", Origin="http://other.example")


@pytest.mark.parametrize("path", ["../../../../../../etc/passwd", "nothing@1/here.js", ".."])
def test_only_files_that_are_shipped_are_given_out(path: str) -> None:
    assert not _shipped(path)

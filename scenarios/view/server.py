"""Serving the page: on this machine only unless told otherwise, to pages of its own only."""

import logging
import os
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from scenarios.complaints import ScenarioError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
LOCAL = ("127.0.0.1", "localhost", "[::1]")
EVERY = ("0.0.0.0", "::")
"""Addresses that stand for all of this machine."""
CDN = "/_solara/cdn/"
SETTINGS = {
    "SOLARA_APP": "scenarios.view.page",
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_TITLE": "Habsburg",
    # a page that was closed says so; one that vanished is let go of after so long
    "SOLARA_KERNEL_CULL_TIMEOUT": "60s",
    "SOLARA_SESSION_HTTP_ONLY": "True",
}
ENOUGH_TO_END = 1
"""Seconds that open connections have to end in when the server is stopped."""


def serve(source: str, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve the page until interrupted.

    Args:
        source: the scenario that a new page begins with.
        host: the address to listen on.
        port: of it; 0 takes a free one.
        ready: told the page's address once it can be opened.

    Raises:
        ScenarioError: the address cannot be listened on, or what the page needs is not installed.
    """
    os.environ |= SETTINGS | {"HABSBURG_SCENARIO": source}
    try:
        import uvicorn
    except ImportError:
        raise missing("uvicorn") from None
    listening = _listen(host, port)
    port = int(listening.getsockname()[1])
    try:
        from scenarios.view.worker import prepare

        prepare()
        app = Guard(_app(), _names(host), port)
    except ImportError as error:
        raise missing(error.name or str(error)) from None
    logging.getLogger("solara").setLevel(logging.WARNING)
    config = uvicorn.Config(
        app, log_level="warning", ws_max_size=2**20, timeout_graceful_shutdown=ENOUGH_TO_END
    )
    server = uvicorn.Server(config)
    listening.listen(128)  # whoever comes before the loop runs waits for it
    ready(f"http://{'127.0.0.1' if host in EVERY else _spelled(host)}:{port}/")
    server.run(sockets=[listening])


def missing(package: str) -> ScenarioError:
    """The sentence for a package that the page needs and that is not there."""
    return ScenarioError(
        f"view: {package} is not installed; the page needs the packages of the extra 'view' in "
        "pyproject.toml, which `make .venv` installs"
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise ScenarioError(
            f"view: given the address {host}:{port}, which cannot be listened on "
            f"({error.strerror or error}); allowed a free one, --port 0 finds it"
        ) from None
    return listening


def _names(host: str) -> tuple[str, ...] | None:
    """Host names by which the page may be asked for; None: any, where it listens on all."""
    return None if host in EVERY else tuple(dict.fromkeys((_spelled(host), *LOCAL)))


def _spelled(host: str) -> str:
    """An address as it stands before the colon of a port."""
    return f"[{host}]" if ":" in host else host


def _app() -> Any:
    import solara.server.settings
    from solara.server.starlette import app

    solara.server.settings.main.mode = "production"
    return app


class Guard:
    """Refuses what does not come from a page of this server, before anything else sees it.

    A request for another host name (a foreign name that was pointed at this machine), or one that a
    foreign page makes (its `Origin` says so), is answered with 403; files that are not shipped are
    answered with 404 instead of being fetched from elsewhere.

    Args:
        app: what is guarded.
        hosts: names that this server answers to; None: any.
        port: it listens on.
    """

    def __init__(self, app: Any, hosts: tuple[str, ...] | None, port: int) -> None:
        self.app = app
        self.hosts = hosts
        self.port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif not self._own(scope):
            await _refuse(scope, receive, send, 403, b"not from a page of this server")
        elif scope["path"].startswith(CDN) and not _shipped(scope["path"].removeprefix(CDN)):
            await _refuse(scope, receive, send, 404, b"not shipped")
        else:
            await self.app(scope, receive, send)

    def _own(self, scope: Scope) -> bool:
        headers = [(key.lower(), value.decode("latin-1")) for key, value in scope["headers"]]
        hosts = [value for key, value in headers if key == b"host"]
        if len(hosts) != 1 or not self._known(hosts[0]):
            return False
        origins = [value for key, value in headers if key == b"origin"]
        if scope["type"] == "websocket" and not origins:
            return False  # every browser says where a page comes from that opens one
        return all(origin == f"http://{hosts[0]}" for origin in origins)

    def _known(self, host: str) -> bool:
        bare = ("",) if self.port == 80 else ()  # browsers leave out the port that is usual
        ends = (f":{self.port}", *bare)
        return self.hosts is None or host in {name + end for name in self.hosts for end in ends}


def _shipped(path: str) -> bool:
    """Whether a file of the page's libraries is on this machine."""
    from solara.server.settings import assets

    root = Path(assets.proxy_cache_dir).resolve()
    file = (root / (path if "/" in path else f"{path}/__main.js")).resolve()
    return file.is_relative_to(root) and file.is_file()


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, why: bytes) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": why.decode()})
        return
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(why)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": why})

"""A server of the page and a real browser in front of it.

Where there is no Chromium these tests are skipped, and say so; with HABSBURG_BROWSER=required, as
in continuous integration, they fail instead.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.view.small import small

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 90_000
"""Milliseconds that a page may take to show something on a busy machine."""


def _missing(why: str) -> None:
    sentence = f"browser tests need Chromium and playwright: {why}"
    if os.environ.get("HABSBURG_BROWSER") == "required":
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: Any) -> Iterator[None]:
    """Let fixtures know how their test went."""
    outcome: Any = yield
    report = outcome.get_result()
    setattr(item, f"went_{report.when}", report)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        _missing(f"none of {', '.join(NAMES)} is on PATH")
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        _missing("playwright is not installed")
    assert found is not None
    return found


class Server:
    """`run.py view` in a process group of its own."""

    def __init__(self, folder: Path, scenario: str) -> None:
        self.log = folder / "server.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "run.py", "view", scenario, "--port", "0"],
                cwd=ROOT,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.address = ""
        begun = time.monotonic()
        while not self.address:
            said = re.search(r"http://127\.0\.0\.1:\d+/", self.said())
            self.address = said.group() if said else ""
            assert self.process.poll() is None, self.said()
            assert time.monotonic() - begun < 120, self.said()
            time.sleep(0.1)
        self.port = int(self.address.rsplit(":", 1)[1].strip("/"))

    def said(self) -> str:
        """What it printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def group(self) -> list[int]:
        """Processes of its group that are there."""
        listed = subprocess.run(["ps", "-eo", "pid,pgid,stat"], capture_output=True, text=True)
        rows = [line.split() for line in listed.stdout.splitlines()[1:]]
        own = str(self.process.pid)
        return [int(pid) for pid, group, state in rows if group == own and state[0] != "Z"]

    def stop(self) -> None:
        """End it as Ctrl-C does, and see that nothing is left."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise
        ended = time.monotonic()
        while self.group() and time.monotonic() - ended < 10:
            time.sleep(0.1)
        left = self.group()
        if left:
            os.killpg(self.process.pid, signal.SIGKILL)
        assert not left, f"processes left: {left}"
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", self.port), 1)
        assert "Traceback" not in self.said(), self.said()[-3000:]


@pytest.fixture(scope="session")
def server(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose pages begin with a small world."""
    folder = tmp_path_factory.mktemp("server")
    path = folder / "small.toml"
    path.write_text(small().to_toml(), encoding="utf-8")
    made = Server(folder, str(path))
    yield made
    made.stop()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    """One browser for all tests."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as started:
        made = started.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield made
        made.close()


class Visitor:
    """One visitor's page; whatever goes wrong in the browser is held against the test."""

    def __init__(self, browser: Any, server: Server) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 720})
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.wrong: list[str] = []
        self.asked: list[str] = []
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.page.on("websocket", lambda w: self.asked.append(w.url))
        self.page.on("pageerror", lambda e: self.wrong.append(f"page error: {e}"))
        self.page.on(
            "console",
            lambda m: self.wrong.append(f"console: {m.text}") if m.type == "error" else None,
        )
        self.page.on(
            "response",
            lambda r: self.wrong.append(f"{r.status} {r.url}") if r.status >= 400 else None,
        )
        self.page.goto(server.address)
        self.web.locator("[data-node]").first.wait_for()

    @property
    def web(self) -> Any:
        """The centre picture."""
        return self.page.get_by_test_id("network")

    def button(self, name: str) -> Any:
        """A button by what stands on it."""
        return self.page.get_by_role("button", name=name, exact=True)

    def step(self) -> int:
        """The step that is shown."""
        return int(self.web.get_attribute("data-step"))

    def at_least(self, step: int) -> None:
        """Wait until a step is shown, by the picture and by the charts."""
        self.page.wait_for_function(
            "n => ['network', 'charts'].every(part => "
            "+(document.querySelector(`[data-testid=${part}]`)?.dataset.step ?? n) >= n)",
            arg=step,
        )

    def forward(self, steps: int = 1) -> None:
        """So many steps, one by one."""
        for _ in range(steps):
            now = self.step()
            self.button("Step").click()
            self.at_least(now + 1)

    def lever(self, kind: str, place: int) -> None:
        """Move a lever by the keyboard: Home is 0, End 100, others by Home and PageUp (10 each)."""
        slider = self.page.locator(f".pol-{kind} input[type=range]").first
        slider.focus()
        slider.press("End" if place == 100 else "Home")
        for _ in range(0 if place == 100 else place // 10):
            slider.press("PageUp")

    def close(self) -> None:
        """Leave, as by the page's cross; nothing may have gone wrong."""
        self.page.goto("about:blank")
        self.context.close()
        foreign = [
            url
            for url in self.asked
            if not re.match(r"(http|ws|data|blob):(//127\.0\.0\.1:|[^/]|http://127)", url)
        ]
        assert not foreign, foreign
        assert not self.wrong, self.wrong


@pytest.fixture
def visitor(
    browser: Any, server: Server, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Visitor]:
    """A page that has shown its first step."""
    made = Visitor(browser, server)
    yield made
    went = getattr(request.node, "went_call", None)
    if went is None or went.failed:
        made.page.screenshot(path=tmp_path / "failed.png")
        (tmp_path / "failed.html").write_text(made.page.content(), encoding="utf-8")
        print(f"what the page showed: {tmp_path}/failed.png; wrong: {made.wrong}")
        print(server.said()[-2000:])
    made.close()

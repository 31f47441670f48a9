"""What long steps tell of themselves while a run goes on."""

import io
import logging

import pytest

from scenarios.progress import shown

LOGGER = logging.getLogger("habsburg.neural")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_where_there_is_no_terminal_each_note_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(quiet=False) as progress:
        assert progress is None
        LOGGER.info("training: 5,000 of 9,000 tokens, 120 a second")
    LOGGER.info("afterwards")
    assert capsys.readouterr().err == "training: 5,000 of 9,000 tokens, 120 a second\n"


def test_where_it_is_quiet_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(quiet=True):
        LOGGER.info("training")
    assert capsys.readouterr().err == ""


def test_on_a_terminal_the_latest_note_stands_under_the_bar(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with shown(quiet=False) as progress:
        assert progress is not None
        progress(1, 3)
        LOGGER.info("training: 120 a second")
    shown_last = terminal.getvalue()
    assert "1/3 steps" in shown_last
    assert "training: 120 a second" in shown_last


def test_the_logger_is_left_as_it_was() -> None:
    before = logging.getLogger("habsburg").level, len(logging.getLogger("habsburg").handlers)
    with shown(quiet=False), shown(quiet=False):
        pass
    after = logging.getLogger("habsburg").level, len(logging.getLogger("habsburg").handlers)
    assert before == after

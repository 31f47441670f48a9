"""A run as a moving picture."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from analysis import animation
from analysis.animation import SIZE, Film, animate, check
from analysis.run import Run
from scenarios.scenario import Scenario


@pytest.fixture(scope="module", name="run")
def of_few_steps() -> Run:
    return Scenario.load("forgotten_birds").with_(steps=3).run()


def test_a_frame_a_step_and_the_same_bytes_twice(run: Run, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    one = animate(run, tmp_path / "one.gif", lambda done, total: told.append((done, total)))
    with Image.open(one) as film:
        assert (film.n_frames, film.size) == (3, SIZE)
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert one.read_bytes() == animate(run, tmp_path / "other.gif").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.gif", "other.gif"]


def test_a_frame_is_the_same_whatever_was_drawn_before(run: Run) -> None:
    film = Film(run)
    first = np.asarray(film.draw(0))
    last = np.asarray(film.draw(2))
    assert (first != last).any()
    assert (np.asarray(film.draw(0)) == first).all()
    assert (np.asarray(Film(run).draw(2)) == last).all()


def test_mp4_by_the_ffmpeg_there_is(run: Run, tmp_path: Path) -> None:
    if animation.ffmpeg() is None:
        pytest.skip("neither ffmpeg nor imageio-ffmpeg is installed")
    film = animate(run, tmp_path / "film.MP4")
    assert film.read_bytes()[4:8] == b"ftyp"
    assert [path.name for path in tmp_path.iterdir()] == ["film.MP4"]


def test_nothing_is_left_of_a_film_that_failed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(animation, "ffmpeg", lambda: "false")
    (tmp_path / "film.mp4").write_bytes(b"former")
    with pytest.raises(RuntimeError, match="ffmpeg ended with 1"):
        animate(run, tmp_path / "film.mp4")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"former"]


def test_names_that_cannot_be_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match=r"film\.webm', allowed a name ending in \.gif or \.mp4"):
        check(tmp_path / "film.webm")
    (tmp_path / "film.gif").touch()
    with pytest.raises(ValueError, match=r"there already; allowed another name, or --force"):
        check(tmp_path / "film.gif")
    check(tmp_path / "film.gif", force=True)
    monkeypatch.setattr(animation, "ffmpeg", lambda: None)
    with pytest.raises(ValueError, match=r"needs ffmpeg, and there is none; allowed a \.gif"):
        check(tmp_path / "film.mp4")


def test_a_run_without_ledger_is_no_film(small: Callable[..., Scenario], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="kept no ledger"):
        animate(small(ledger=False, steps=1).run(), tmp_path / "film.gif")
    assert not list(tmp_path.iterdir())

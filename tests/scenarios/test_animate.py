"""`run.py run --animate`: what is refused before anything is run, and what is made."""

from pathlib import Path

import pytest
from PIL import Image

from tests.scenarios.test_bad_input import command


def test_a_film_is_made_beside_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, film = tmp_path / "out", tmp_path / "film.gif"
    asked = ("run", "wright_fisher", "--steps", "2", "--no-report", "--replicates", "2")
    code, said = command(capsys, *asked, "--out", str(out), "--animate", str(film))
    assert (code, said) == (0, "")
    with Image.open(film) as made:
        assert made.n_frames == 2
    film.write_bytes(b"mine")
    code, said = command(capsys, *asked, "--out", str(tmp_path / "b"), "--animate", str(film))
    assert (code, "--force to replace it" in said) == (2, True)
    assert film.read_bytes() == b"mine"
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize(
    ("more", "phrase"),
    [
        (("--animate", "film.webm"), "animate: given 'film.webm', allowed a name ending in .gif"),
        (("--animate", "film.gif", "--set", "ledger=false"), "allowed one that keeps its ledger"),
    ],
)
def test_what_cannot_be_is_refused_before_the_run(
    more: tuple[str, ...],
    phrase: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, said = command(capsys, "run", "wright_fisher", *more)
    assert (code, phrase in said) == (2, True)
    assert said.count("\n") == 1
    assert not list(tmp_path.iterdir())

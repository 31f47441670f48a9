"""Everything in `docs/tour.md` works, and prints what it says."""

from pathlib import Path

import pytest

from docs import make_tour


def test_the_tour_works_from_beginning_to_end_and_prints_what_it_says(tmp_path: Path) -> None:
    tour = make_tour.TOUR.read_text(encoding="utf-8")
    place = make_tour.copy(tmp_path)
    assert make_tour.play(tour, place) == tour, "other output than in docs/tour.md: `make docs`"
    made = [
        body.partition("\n")[0][2:] for kind, body in blocks(tour) if kind in ("toml", "python")
    ]
    assert {Path(name).parent.as_posix() for name in made} == {
        ".",
        "analysis/meters",
        "ecosystem/policies",
        "scenarios",
    }
    assert all((place / name).is_file() for name in made)
    assert not any((make_tour.ROOT / name).exists() for name in made), "left in the checkout"


def blocks(tour: str) -> list[tuple[str, str]]:
    return [block.groups() for block in make_tour.BLOCK.finditer(tour)]


def test_only_getting_the_project_and_the_demo_are_not_run() -> None:
    tour = make_tour.TOUR.read_text(encoding="utf-8")
    skipped = [body for _, body in blocks(tour) if make_tour.SKIPPED in body]
    assert len(skipped) == 1
    assert [line.split()[:2] for line in skipped[0].splitlines()[1:]] == [
        ["git", "clone"],
        ["make", ".venv"],
        [".", ".venv/bin/activate"],
        ["make", "demo"],
    ]
    assert tour.count("```") == 2 * len(blocks(tour))


def fenced(kind: str, body: str) -> str:
    return f"```{kind}\n{body}```\n"


def test_output_is_written_anew_and_files_where_the_block_says(tmp_path: Path) -> None:
    files = fenced("python", "# hello.py\nprint('now  ')\n") + "Prose stays.\n"
    command = fenced("sh", "python hello.py\n")
    played = make_tour.play(files + command + fenced("text", "then\n"), tmp_path)
    assert played == files + command + fenced("text", "now\n")
    assert (tmp_path / "hello.py").is_file()


def test_a_command_that_fails_is_named_with_what_it_said(tmp_path: Path) -> None:
    block = fenced("sh", "echo fine\nls nowhere\necho never\n")
    with pytest.raises(RuntimeError, match=r"(?s)this fails:.*ls nowhere.*fine.*nowhere"):
        make_tour.play(block, tmp_path)


@pytest.mark.parametrize("before", ["", fenced("sh", f"{make_tour.SKIPPED}\necho x\n")])
def test_output_that_no_command_made_is_refused(before: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="output without a command"):
        make_tour.play(before + fenced("text", "x\n"), tmp_path)

"""Everything in `docs/studies.md` works, and prints what it says."""

from pathlib import Path

from docs import make_tour


def test_the_page_works_from_beginning_to_end_and_prints_what_it_says(tmp_path: Path) -> None:
    page = make_tour.STUDIES.read_text(encoding="utf-8")
    place = make_tour.copy(tmp_path)
    played = make_tour.play(page, place)
    assert played == page, "other output than in docs/studies.md: `make docs`"

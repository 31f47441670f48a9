"""On a narrow screen nothing is cut and labels stay readable: wide things scroll in a frame."""

import re
from pathlib import Path

import pytest

from analysis.inline import inline
from analysis.pictures import branches, strips, style
from analysis.report import TEMPLATES, write_report
from analysis.run import Run
from scenarios.scenario import Scenario

PIXELS = 9


@pytest.fixture(scope="module")
def solving() -> Run:
    return Scenario.load("edge_cases").with_({"models.0.count": 2, "steps": 3}).run()


@pytest.fixture(scope="module")
def drawing() -> Run:
    return Scenario.load("average_face").with_(steps=2, meters=["variance", "web"]).run()


def test_labels_of_wide_figures_keep_nine_pixels(solving: Run, drawing: Run) -> None:
    figures = [
        branches.draw([solving], "exercises"),
        branches.draw([solving], "exercises", {"control": [solving]}),
        strips.draw(drawing, "digits"),
        strips.draw(drawing, "digits", {"control": drawing}),
    ]
    for made in figures:
        text = str(inline(style.svg(made), "name"))
        view = re.search(r'viewBox="0 0 ([\d.]+)', text)
        least = re.search(r"--least: (\d+)px", text)
        assert view is not None
        assert least is not None
        smallest = min(float(size) for size in re.findall(r"font-size: ([\d.]+)px", text))
        assert smallest * float(least.group(1)) / float(view.group(1)) >= PIXELS


def test_a_figure_is_held_at_its_least_width_on_narrow_screens_only() -> None:
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    narrow = css.index("@media screen and (max-width: 900px)")
    assert css.index("min-width: var(--least)") > narrow
    assert "min-width: var(--least)" not in css[:narrow]
    assert "overflow-x: auto" in css[narrow:]


def test_every_table_stands_in_a_frame_that_scrolls(solving: Run, tmp_path: Path) -> None:
    page = write_report(solving, tmp_path).read_text(encoding="utf-8")
    tables = len(re.findall(r"<table", page))
    assert tables >= 3
    assert len(re.findall(r'<div class="scroll"><table', page)) == tables


def test_units_stand_beside_the_names_where_their_column_has_no_room(
    solving: Run, tmp_path: Path
) -> None:
    page = write_report(solving, tmp_path).read_text(encoding="utf-8")
    changed = page[page.index('<table class="changed">') :]
    body = changed[changed.index("<tbody>") : changed.index("</table>")]
    rows = re.findall(r"<tr><th>.*?</tr>", body)
    assert rows
    for row in rows:
        unit = re.search(r"<td>([^<]*)</td></tr>$", row)
        assert unit is not None
        assert not unit.group(1) or f'<span class="unit"> ({unit.group(1)})</span></th>' in row


def test_white_words_on_dark_cells_stay_white() -> None:
    made = style.figure(4, 3)
    made.text(0.5, 0.5, "7.7", color=style.PAPER)
    made.text(0.5, 0.2, "3.1", color=style.INK)
    text = str(inline(style.svg(made), "name"))
    fills = dict(re.findall(r"<text[^>]*fill: ([^;\"]+)[^>]*>([^<]+)", text))
    assert fills == {"white": "7.7", "var(--ink)": "3.1"}

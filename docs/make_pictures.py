"""Draws the README's pictures from the runs of `make demo`: `make pictures`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.pictures import curves, strips, style, subjects, world  # noqa: E402
from analysis.plots import windows, words  # noqa: E402
from scenarios.store import load  # noqa: E402

SHOWN = (
    ("birds", "hill_1"),
    ("birds", "divergence_groups"),
    ("birds", "web_false_share_items"),
    ("history", "tail_coverage"),
)


def main(results: Path) -> None:
    """Write `world.png`, `against.png` and `faces.png` into `docs/img`."""
    main_runs = load(results / "habsburg")
    controls = {name: load(results / name) for name in ("humans_only", "humans_peak_no_ai")}
    target = ROOT / "docs" / "img"
    target.mkdir(parents=True, exist_ok=True)

    both = style.figure(11.2, 6.2)
    places = both.subplots(1, 2)
    for axes, (first, last) in zip(places, windows(main_runs[0]), strict=True):
        world.draw(axes, main_runs[0], first, last, words(main_runs[0], first, last))
    both.savefig(target / "world.png", dpi=110)

    sheet = style.figure(11.2, 6.6)
    for axes, (domain, column) in zip(sheet.subplots(2, 2).flat, SHOWN, strict=True):
        what = subjects.subject(column)
        curves.against(axes, main_runs, controls, domain, what)
        axes.set_title(f"{domain}: {what.title}", fontsize=10.5, loc="left")
    sheet.savefig(target / "against.png", dpi=110)

    if (results / "average_face").is_dir():
        drawn = strips.draw(load(results / "average_face")[0], "digits")
        drawn.savefig(target / "faces.png", dpi=110)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "out")

"""Lets `python scenarios/NAME.py` do what `python run.py run NAME` does."""

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(file: str) -> None:
    """Run the scenario of a script, with the options of the command line that follow it.

    Args:
        file: the script's `__file__`; it stands in `scenarios/` or `scenarios/published/`.
    """
    command = ROOT / "run.py"
    sys.argv[:] = [str(command), "run", Path(file).stem, *sys.argv[1:]]
    runpy.run_path(str(command), run_name="__main__")

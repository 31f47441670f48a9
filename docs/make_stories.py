"""Writes the README's table of one mechanism at a time: `make stories`.

Every scenario with a control is run five times with it, on the same draws.
"""

import os
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from scenarios.scenario import Scenario  # noqa: E402

README = ROOT / "README.md"
TABLE = re.compile(r"(?<=<!-- stories -->\n).*?(?=<!-- end of stories -->)", re.DOTALL)
REPLICATES = 5
Ends = tuple[float, float, float]
"""At the start, at the end, and at the end of the control."""


@dataclass(frozen=True)
class Story:
    """A line of the table.

    Attributes:
        scenario: its name.
        mechanism: what makes it; the same as above where empty.
        column: of the metrics.
        words: what that is.
        shares: whether it is written as a percentage.
    """

    scenario: str
    mechanism: str
    column: str
    words: str
    shares: bool = True

    def text(self, number: float) -> str:
        """A number of this column."""
        if number != number:  # not defined
            return ""
        if not self.shares:
            return f"{number:.{2 if number >= 0.5 else 3}f}"
        return f"{100 * number:.{0 if number >= 0.095 else 1}f} %"


STORIES = (
    Story(
        "forgotten_birds",
        "models read what models write",
        "birds.tail_coverage",
        "rarer half of birds that a model knows",
    ),
    Story(
        "false_dates",
        "models invent where evidence is thin",
        "history.leading_false",
        "events that a model has wrong",
    ),
    Story(
        "average_face",
        "drawing nearer to the middle",
        "digits.variance",
        "variance of pictures, over that of humans",
        shares=False,
    ),
    Story(
        "edge_cases",
        "models write worked examples",
        "exercises.accuracy_edge",
        "edge cases that a model gets right",
    ),
    Story("edge_cases", "", "exercises.accuracy_common", "common cases"),
    Story(
        "same_voice",
        "a commons that all read",
        "plays.style_divergence",
        "divergence of styles (nats)",
        shares=False,
    ),
    Story("same_voice", "", "plays.vocabulary", "vocabulary, over that of humans"),
    Story(
        "blindness",
        "a closed vocabulary",
        "birds.recovery",
        "of the rare birds lost, known again",
    ),
    Story(
        "monoculture",
        "one model writes nine tenths",
        "birds.kl",
        "divergence from the truth (nats)",
        shares=False,
    ),
    Story(
        "knowledge_collapse",
        "asking a model is 20 % cheaper",
        "birds.public_distance",
        "the public's distance from the truth",
        shares=False,
    ),
    Story(
        "helpful_synthetic",
        "own documents, checked",
        "exercises.accuracy_edge",
        "edge cases that a model gets right",
    ),
    Story("helpful_synthetic", "", "birds.tail_coverage", "rarer half of birds that a model knows"),
    Story(
        "harmful_synthetic",
        "the same, unchecked",
        "exercises.accuracy_edge",
        "edge cases that a model gets right",
    ),
    Story(
        "harmful_synthetic",
        "",
        "birds.leading_false",
        "birds that a model has wrong",
    ),
)


def ends(name: str, replicate: int) -> dict[str, Ends]:
    """One replicate of a scenario and of its control: the ends of the columns that are told."""
    told = [story.column for story in STORIES if story.scenario == name]
    given = Scenario.load(name).with_({"ledger": False, "items": False})
    control = given.controlled()
    if control is None:
        raise ValueError(f"{name}: a scenario without a control")
    here, there = given.run(replicate).metrics, control.run(replicate).metrics
    return {
        column: (here[column].iloc[0], here[column].iloc[-1], there[column].iloc[-1])
        for column in told
    }


def line(story: Story, found: list[Ends]) -> str:
    """Means over replicates; of the end also the least and the greatest."""
    start, end, control = (sum(numbers) / len(numbers) for numbers in zip(*found, strict=True))
    last = [numbers[1] for numbers in found]
    words = [
        f"`{story.scenario}`" if story.mechanism else "",
        story.mechanism,
        story.words,
        story.text(start),
        f"**{story.text(end)}** ({story.text(min(last)).removesuffix(' %')} to "
        f"{story.text(max(last))})",
        story.text(control),
    ]
    return f"| {' | '.join(words)} |"


def main() -> None:
    """Run everything and write the table into the README."""
    names = list(dict.fromkeys(story.scenario for story in STORIES))
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        waiting = {
            name: [pool.submit(ends, name, replicate) for replicate in range(REPLICATES)]
            for name in names
        }
        found = {}
        for name, each in waiting.items():
            found[name] = [one.result() for one in each]
            print(f"{name} ...", file=sys.stderr, flush=True)
    head = [
        "| scenario | the mechanism that makes it | what is measured | start | end | control |",
        "|---|---|---|---|---|---|",
    ]
    told = [line(story, [one[story.column] for one in found[story.scenario]]) for story in STORIES]
    text = README.read_text(encoding="utf-8")
    if not TABLE.search(text):
        raise ValueError(f"{README}: no place for the table")
    table = "\n".join([*head, *told]) + "\n"
    README.write_text(TABLE.sub(lambda _: table, text), encoding="utf-8")


if __name__ == "__main__":
    main()

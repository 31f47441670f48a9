"""The stories of a run's falsehoods: who began it, how far it got, what became of it.

All of it is read from the run's tables; where no falsehood was traced there is no story.
"""

from dataclasses import dataclass, replace
from math import isfinite

import numpy as np
import pandas as pd

from analysis import lineage
from analysis.falsehoods import most_successful
from analysis.run import Run
from analysis.view import ONE_DOCUMENT
from analysis.wording import counted, moment, number

BEGAN = {
    "invented": "{author} made it up",
    "human error": "{author} wrote it by mistake",
    "start": "{author} was begun with it",
    "brought in": "a policy taught it to {author}",
}


@dataclass(frozen=True)
class Story:
    """What became of one falsehood.

    Attributes:
        domain, item, value, truth: the falsehood, and what is true.
        author, kind, began: who brought it about, how (`ecosystem.descent.KINDS`) and in which
            step: patient zero, the origin of whose line the most documents are.
        part: share of that line in all documents that ever asserted it; NaN: there were none.
        first_author, first_kind, first: the same of the line whose document was the first to
            stand; None, None and NaN where none ever did.
        origins: independent origins of whose line at least one document was published.
        last: the last step in which a document asserting it stood; NaN where none did.
        peak, peak_share: step and height of its largest share of the web's documents on the item.
        peak_documents, peak_on_item: documents then that assert it, and all on the item.
        end_share: that share in the last row; NaN where nothing stands on the item.
        most_asserting, most_at: the most models that ever asserted it most, and when first.
        asserting, present: models that do in the last row, and models there are.
        fixed_at: from when on all do; NaN where they do not.
        doubling, half_life, reproduction: see `analysis.lineage`.
        echo: documents for each origin at the peak.
        events, depth, leaves, sackin: size and shape of its forest.
        sentence: all that matters of it in words.
    """

    domain: str
    item: str
    value: str
    truth: str
    author: str
    kind: str
    began: int
    part: float
    first_author: str | None
    first_kind: str | None
    first: float
    origins: int
    last: float
    peak: int
    peak_share: float
    peak_documents: float
    peak_on_item: float
    end_share: float
    most_asserting: int
    most_at: int
    asserting: int
    present: int
    fixed_at: float
    doubling: float
    half_life: float
    reproduction: float
    echo: float
    events: int
    depth: int
    leaves: int
    sackin: int
    sentence: str = ""


def traced(run: Run) -> pd.DataFrame:
    """The falsehoods of a run that were traced: domain, item, value; the most successful first."""
    if run.claims.empty:
        return pd.DataFrame(columns=lineage.CLAIM)
    every = run.claims[lineage.CLAIM].drop_duplicates()
    return most_successful(run, len(run.items)).merge(every, on=lineage.CLAIM)[lineage.CLAIM]


def stories(run: Run, most: int = 10) -> list[Story]:
    """The most successful falsehoods of a run that were traced, the most successful first."""
    return [story(run, *each) for each in traced(run).head(most).to_numpy().tolist()]


def story(run: Run, domain: str, item: str, value: str) -> Story:
    """The story of one falsehood that was traced.

    Raises:
        ValueError: it was not traced, or nobody ever asserted it.
    """
    events = lineage.of_claim(run.claims, domain, item, value)
    rows = lineage.of_claim(run.prevalence, domain, item, value)
    if rows.empty:
        raise ValueError(f"claim: given {domain}:{item}={value}, allowed one that was traced")
    if events.empty:
        raise ValueError(
            f"claim: given {domain}:{item}={value}, allowed one that somebody ever asserted"
        )
    lines = lineage.lines(events)
    main = lines.iloc[0]
    written = events[events["documents"] > 0].sort_values(["step", "event"])
    first = events.iloc[written["origin"].iloc[0]] if len(written) else None
    share = rows["share"].fillna(0.0).to_numpy()
    steps, peak = rows["step"].to_numpy(), int(share.argmax())
    most, end = int(rows["asserting"].to_numpy().argmax()), rows.iloc[-1]
    shape = lineage.shape(events)
    told = Story(
        domain=domain,
        item=item,
        value=value,
        truth=str(events["truth"].iloc[0]),
        author=str(main["author"]),
        kind=str(main["kind"]),
        began=int(main["step"]),
        part=float(main["part"]),
        first_author=None if first is None else str(first["author"]),
        first_kind=None if first is None else str(first["kind"]),
        first=np.nan if first is None else float(first["step"]),
        origins=int((lines["documents"] >= ONE_DOCUMENT).sum()),
        last=float(lineage.standing(rows).max()),
        peak=int(steps[peak]),
        peak_share=float(share[peak]),
        peak_documents=float(rows["documents"].iloc[peak]),
        peak_on_item=float(rows["on_item"].iloc[peak]),
        end_share=float(end["share"]),
        most_asserting=int(rows["asserting"].iloc[most]),
        most_at=int(steps[most]),
        asserting=int(end["asserting"]),
        present=int(end["present"]),
        fixed_at=lineage.fixed_at(rows),
        doubling=lineage.doubling_time(rows),
        half_life=lineage.half_life(rows),
        reproduction=lineage.reproduction_of(events),
        echo=float(lineage.echo(rows)[peak]),
        events=len(events),
        depth=shape.depth,
        leaves=shape.leaves,
        sackin=shape.sackin,
    )
    return replace(told, sentence=_sentence(run, told, int(steps[-1])))


def _sentence(run: Run, told: Story, end: int) -> str:
    parts = [_beginning(run, told)]
    if told.peak_share > 0:
        parts.append(_spread(run, told, end))
    parts.append(_models(run, told))
    return f"{told.item}, {told.value} (in truth {told.truth}): {'; '.join(parts)}."


def _beginning(run: Run, told: Story) -> str:
    """Who began it, and how much of it all goes back to that."""
    began = f"{BEGAN[told.kind].format(author=told.author)} {_when(run, told.began)}"
    if told.first_kind is None:
        return f"{began}, but nobody ever published it"
    part = number(told.part, "share")
    if (told.first_author, told.first_kind, told.first) != (told.author, told.kind, told.began):
        before = BEGAN[told.first_kind].format(author=told.first_author)
        largest = f"the largest part of it ({part}) began when {began}"
        return f"{before} first, {_when(run, told.first)}, but {largest}"
    if told.origins == 1:
        return f"{began}, and all documents that ever said so go back to that"
    others = counted(told.origins - 1, "other source")
    return f"{began}, and {part} of all documents that ever said so go back to that ({others})"


def _spread(run: Run, told: Story, end: int) -> str:
    """How much of the web it held, and what is left."""
    share, said = number(told.peak_share, "share"), number(told.peak_documents)
    most = f"{said} of {counted(told.peak_on_item, 'document')} on it"
    if told.peak == end:
        return f"{_when(run, end)} {most} say so ({share})"
    text = f"at its peak, {_when(run, told.peak)}, {most} said so ({share})"
    if told.last != end:
        return f"{text}, and after {moment(run, told.last)} none did"
    return f"{text}, and at the end {number(told.end_share, 'share')} do"


def _models(run: Run, told: Story) -> str:
    """How many models believed it, and how many still do."""
    models = counted(told.present, "model")
    if isfinite(told.fixed_at):
        return f"all of {models} assert it since {moment(run, told.fixed_at)}"
    if not told.most_asserting:
        return "no model ever held it for the likeliest"
    now = f"{number(told.asserting) if told.asserting else 'none'} of {models} at the end"
    if told.most_asserting == told.asserting:
        return f"asserted by {now}"
    most = number(told.most_asserting)
    return f"asserted by {now}, down from {most} {_when(run, told.most_at)}"


def _when(run: Run, step: float) -> str:
    """'in September 2026', 'at the start' or 'in step 7'."""
    return "at the start" if step == 0 else f"in {moment(run, step)}"

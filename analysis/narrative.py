"""What happened, told from the tables: what was forgotten, what went wrong, who collapsed.

Functions of a run that return small tables and sentences; how they look is left to the report.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import worked
from analysis.pictures.curves import statistics
from analysis.returned import human_text_came_back
from analysis.run import Run
from analysis.wording import change, counted, kind_of_value, moment, number

NEARLY_ALL = 0.9
FEW = 0.25
LASTING = 4
"""Rows at the end in which no model may know an item for it to count as forgotten: rare items
come and go by chance, with every training set."""


@dataclass(frozen=True)
class Forgotten:
    """Items of one domain that models no longer speak of.

    Attributes:
        lost: known to some model at the start and to none in the last rows: item, rank (1 = most
            documents on the web at the start), knew (models at the start), last (the last
            step at which a model knew it), web_documents and gone (from the web) at the end;
            the best known first.
        fading: known to nearly all at the start and to few at the end: the same, with `knows`.
        known: items that nearly all models knew at the start.
        gone: items that stood on the web at the start and do not at the end.
        items: all items.
        models: models present at the start, and at the end.
        silent_since: the first of the last rows, in which no model knew what is lost.
    """

    lost: pd.DataFrame
    fading: pd.DataFrame
    known: int
    gone: int
    items: int
    models: tuple[int, int]
    silent_since: int

    @property
    def lost_by_nearly_all(self) -> int:
        """Items that nearly all models knew and none knows now."""
        return int((self.lost["knew"] >= NEARLY_ALL * self.models[0]).sum())


def items_of(run: Run, domain: str) -> pd.DataFrame:
    """The rows of a domain in the table of items; empty where items were not kept.

    Branches of exercises, which stand in the same table, have a story of their own
    (`analysis.worked`).
    """
    if run.items.empty or "domain" not in run.items or worked.exercises(run, domain):
        return pd.DataFrame()
    return run.items[run.items["domain"] == domain]


def models_present(run: Run) -> pd.Series:
    """How many models were present, by step."""
    return run.agents.groupby("step").size().reindex(run.metrics["step"], fill_value=0)


def forgotten(run: Run, domain: str) -> Forgotten | None:
    """What models forgot in a domain; None where items were not kept."""
    rows = items_of(run, domain)
    if rows.empty:
        return None
    first, last = rows["step"].min(), rows["step"].max()
    start = rows[rows["step"] == first].set_index("item")
    end = rows[rows["step"] == last].set_index("item").reindex(start.index)
    present = models_present(run)
    models = int(present.loc[first]), int(present.loc[last])
    table = pd.DataFrame(
        {
            "rank": rank(start),
            "knew": start["models_knowing"],
            "knows": end["models_knowing"],
            "web_documents": end["web_documents"],
            "gone": (start["web_documents"] >= 1) & (end["web_documents"] < 1),
        }
    )
    steps = np.sort(rows["step"].unique())
    silent_since = int(steps[-min(LASTING, max(1, steps.size - 1))])
    late = rows[(rows["step"] >= silent_since) & (rows["models_knowing"] > 0)]["item"]
    lost = table[(table["knew"] > 0) & ~table.index.isin(late.unique())]
    known = table["knew"] >= max(1.0, NEARLY_ALL * models[0])
    fading = table[known & table["knows"].between(1, FEW * models[1])]
    some = rows[rows["item"].isin(lost.index) & (rows["models_knowing"] > 0)]
    lost = lost.assign(last=some.groupby("item")["step"].max())
    return Forgotten(
        lost.sort_values(["knew", "rank"], ascending=[False, True]).reset_index(),
        fading.sort_values(["knows", "rank"]).reset_index(),
        int(known.sum()),
        int(table["gone"].sum()),
        len(table),
        models,
        silent_since,
    )


def rank(start: pd.DataFrame) -> pd.Series:
    """Rank by documents on the web at the start; by order in the table where it stood empty."""
    if start["web_documents"].sum() == 0:
        return pd.Series(np.arange(1, len(start) + 1), index=start.index)
    return start["web_documents"].rank(ascending=False, method="first").astype(int)


def wrong_values(run: Run, domain: str) -> pd.DataFrame:
    """Items on which models agree on a wrong value at the end, the most agreed first.

    At least two models must agree (one where there is only one model). Columns: item, truth,
    says, agreeing (models), most (more than half of the models present), since (first step of
    the unbroken stretch in which as many agreed on this value), web_says, web_too (the web
    says the same), documents and false on the web.
    """
    rows = items_of(run, domain)
    columns = ["item", "truth", "says", "agreeing", "most", "since", "web_says", "web_too"]
    if rows.empty:
        return pd.DataFrame(columns=[*columns, "documents", "false"])
    present = int(models_present(run).iloc[-1])
    least = min(2, max(1, present))
    end = rows[(rows["step"] == rows["step"].max()) & (rows["models_agreeing"] >= least)]
    story = rows[rows["item"].isin(end["item"])]
    says = story["item"].map(end.set_index("item")["models_say"])
    breaks = story[(story["models_say"] != says) | (story["models_agreeing"] < least)]
    broken = end["item"].map(breaks.groupby("item")["step"].max())
    steps = np.sort(rows["step"].unique())
    after = np.searchsorted(steps, broken.fillna(-1).to_numpy(), side="right")
    table = pd.DataFrame(
        {
            "item": end["item"],
            "truth": end["truth"],
            "says": end["models_say"],
            "agreeing": end["models_agreeing"],
            "most": end["models_agreeing"] > present / 2,
            "since": steps[after.clip(0, steps.size - 1)],
            "web_says": end["web_says"],
            "web_too": end["web_says"] == end["models_say"],
            "documents": end["web_documents"],
            "false": end["web_false"],
        }
    )
    return table.sort_values(["agreeing", "since"], ascending=[False, True]).reset_index(drop=True)


def rare_item(run: Run, domain: str) -> pd.DataFrame:
    """One rare item at the start, in the middle and at the end; empty where items were not kept.

    Of the rarer half of the items on the web at the start, the one on which the web ended most
    false; where none did, the one that most models forgot.
    """
    rows = items_of(run, domain)
    if rows.empty:
        return rows
    steps = np.sort(rows["step"].unique())
    start = rows[rows["step"] == steps[0]].set_index("item")
    end = rows[rows["step"] == steps[-1]].set_index("item").reindex(start.index)
    ranks = rank(start)
    rare = ranks > len(ranks) / 2
    if start["web_documents"].sum() > 0:
        rare &= start["web_says"] == start["truth"]
    if not rare.any():
        rare |= True
    led_wrong = (end["web_says"] != end["truth"]) & (end["web_says"] != "")
    score = led_wrong * end["web_false"] + 1e-3 * (start["models_knowing"] - end["models_knowing"])
    chosen = score[rare].idxmax()
    moments = np.unique([steps[0], steps[len(steps) // 2], steps[-1]])
    story = rows[(rows["item"] == chosen) & rows["step"].isin(moments)].copy()
    story["rank"] = int(ranks.loc[chosen])
    return story


def collapses(run: Run) -> pd.DataFrame:
    """First step at which each model counted as collapsed, a row a model, a column a domain."""
    columns = {
        domain: f"{domain}.collapsed_at"
        for domain in run.domains
        if f"{domain}.collapsed_at" in run.agents
    }
    last = run.agents.drop_duplicates("agent", keep="last").set_index("agent")
    return last[list(columns.values())].set_axis(list(columns), axis=1)


def ends(runs: Sequence[Run], column: str) -> tuple[float, float]:
    """First and last value of a column, means over replicates."""
    if column not in runs[0].metrics:
        return float("nan"), float("nan")
    mean, _, _ = statistics(runs, column)
    return float(mean[0]), float(mean[-1])


def recovered(runs: Sequence[Run], domain: str) -> float:
    """Share of the rare items a model had lost that it knows again at the end; mean over models.

    NaN where human text never came back, or where too little was lost (see the meter `recovery`).
    """
    if not human_text_came_back(runs[0]):
        return float("nan")
    return ends(runs, f"{domain}.recovery")[1]


def headline(runs: Sequence[Run], baseline: Mapping[str, Sequence[Run]] | None = None) -> list[str]:
    """What happened, in a sentence on the web and one or two on every domain.

    Only of what came back it is also said how that was in each baseline.
    """
    one = runs[0]
    end = moment(one, one.metrics["step"].iloc[-1])
    said = [_on_the_web(runs, end)] if "web.synthetic_share" in one.metrics else []
    return said + [
        text for domain in one.domains if (text := _on_domain(runs, domain, baseline or {}))
    ]


def _on_the_web(runs: Sequence[Run], end: str) -> str:
    before, after = ends(runs, "web.synthetic_share")
    _, read = ends(runs, "web.synthetic_read")
    if not after > 0:
        return _without_models(runs, end)
    source = f", and {number(read, 'share')} of what they are trained on" if read > 0 else ""
    was = f" ({number(before, 'share')} at the start)" if np.isfinite(before) else ""
    return f"By {end} models have written {number(after, 'share')} of the web{was}{source}."


def _came_back(
    runs: Sequence[Run], domain: str, baseline: Mapping[str, Sequence[Run]]
) -> list[str]:
    """How much is known again since human text came back, here and in each baseline."""
    here = recovered(runs, domain)
    if not np.isfinite(here):
        return []
    there = {name: recovered(others, domain) for name, others in baseline.items()}
    also = [f"{number(end, 'share')} in {name}" for name, end in there.items() if np.isfinite(end)]
    beside = f" ({', '.join(also)})" if also else ""
    return [
        "human text came back, and of the rare items that a model had lost until then it knows "
        f"{number(here, 'share')} again at the end{beside}"
    ]


def _without_models(runs: Sequence[Run], end: str) -> str:
    """What is said of a web without a document by a model: who wrote it, and learnt how."""
    asked = {name: ends(runs, f"{name}.through_models")[1] for name in runs[0].domains}
    asked = {name: share for name, share in asked.items() if share > 0}
    if not asked:
        return f"At the end, {end}, none of the web is by models: people wrote all of it."
    said = " and ".join(
        f"{number(share, 'share')} of what they write{f' about {name}' * (len(asked) > 1)}"
        for name, share in asked.items()
    )
    return (
        f"No text on the web is by a model, yet models shape it: by {end} people have learnt "
        f"{said} by asking a model instead of finding out for themselves."
    )


def _on_domain(runs: Sequence[Run], domain: str, baseline: Mapping[str, Sequence[Run]]) -> str:
    parts = _came_back(runs, domain, baseline)
    before, after = ends(runs, f"{domain}.hill_1")
    if np.isfinite(after):
        moved = change(before, after)
        parts.append(
            f"the variety of what a model writes about {moved or 'went'}, from {number(before)} "
            f"to {number(after)} items in real use"
        )
    before, after = ends(runs, f"{domain}.variance")
    if np.isfinite(after):
        parts.append(
            f"the variance of what a model draws {change(before, after) or 'went'}, from "
            f"{number(before, 'share')} to {number(after, 'share')} of that of humans"
        )
        had, has = ends(runs, f"{domain}.recall")
        if np.isfinite(has):
            parts.append(
                f"among what a model draws lie {number(has, 'share')} "
                f"of human pictures ({number(had, 'share')} at the start)"
            )
    before, after = ends(runs, f"{domain}.vocabulary")
    if np.isfinite(after):
        parts.append(
            f"the vocabulary of what a model writes {change(before, after) or 'went'}, from "
            f"{number(before, 'share')} to {number(after, 'share')} of that of humans"
        )
    before, after = ends(runs, f"{domain}.style_divergence")
    if np.isfinite(after) and before > 0:
        parts.append(f"how far the models' styles are apart {change(before, after)}")
    parts += worked.told(runs, domain)
    _, asked = ends(runs, f"{domain}.through_models")
    if asked > 0:
        before, after = ends(runs, f"{domain}.public_distance")
        if ends(runs, "web.synthetic_share")[1] != 0:  # or it is said of the web
            parts.append(f"{number(asked, 'share')} of what people write they learnt from a model")
        parts.append(
            "the distance of what stands on the web from the truth "
            f"{change(before, after) or 'went'}, from {number(before)} to {number(after)} "
            "(0: nothing missing or wrong; 1: nothing true)"
        )
    lost = [found for run in runs if (found := forgotten(run, domain)) is not None]
    if lost:
        count = float(np.mean([len(found.lost) for found in lost]))
        parts.append(
            f"{counted(count, 'item')} (of {number(lost[0].items)}) that some model knew at the "
            f"start {'is' if count == 1 else 'are'} known to none any more"
        )
        agreed = float(np.mean([wrong_values(run, domain)["most"].sum() for run in runs]))
        wrong = [ends([run], f"{domain}.web_leading_false_items")[1] for run in runs]
        if agreed or np.nanmax([0.0, *wrong]) > 0:
            kind = kind_of_value(items_of(runs[0], domain)["truth"].drop_duplicates())
            parts.append(
                f"most models agree on a wrong {kind} for {counted(agreed, 'item')}, and the web "
                f"itself gives a wrong one first for {number(float(np.mean(wrong)))}"
            )
    if not parts:
        return ""
    text = "; ".join(parts)
    return f"{domain[:1].upper()}{domain[1:]}: {text}."

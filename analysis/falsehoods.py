"""Which falsehoods did best in a run, from its table of items."""

import numpy as np
import pandas as pd

from analysis.narrative import items_of
from analysis.run import Run


def most_successful(run: Run, most: int) -> pd.DataFrame:
    """The falsehoods that most models asserted for longest.

    A falsehood's success is the mean, over the rows of the run, of the share of the models then
    present that assert it most of all values of its item; counted in rows in which it is the
    wrong value that most models assert (the table keeps one an item). Between equals decides the
    mean share of the web's documents on the item that were false while the web gave this
    value first; then the order of the tables.

    Args:
        run: a run that kept its items.
        most: falsehoods at most.

    Returns:
        Columns domain, item, value, models (0 to 1) and web (0 to 1), the most successful first;
        those that neither models nor the web ever gave first are not among them.
    """
    found = [_of_domain(run, domain) for domain in run.domains]
    every = pd.concat(found, ignore_index=True)
    ranked = every.sort_values(["models", "web"], ascending=False, kind="stable")
    return ranked.head(most).reset_index(drop=True)


def _of_domain(run: Run, domain: str) -> pd.DataFrame:
    rows = items_of(run, domain)
    columns = ["domain", "item", "value", "models", "web"]
    if rows.empty:
        return pd.DataFrame(columns=columns).astype({"models": float, "web": float})
    steps = rows["step"].nunique()
    present = run.agents.groupby("step")[f"{domain}.documents"].count()
    models = rows["models_agreeing"] / rows["step"].map(present).clip(lower=1)
    web = rows["web_false"] / rows["web_documents"].where(rows["web_documents"] > 0, np.inf)
    said = [
        pd.DataFrame({"item": rows["item"], "value": rows[says], by: success})
        for by, says, success in (("models", "models_say", models), ("web", "web_says", web))
    ]
    told = pd.concat(said, ignore_index=True)
    truth = told["item"].map(rows.drop_duplicates("item").set_index("item")["truth"])
    false = told[(told["value"] != "") & (told["value"] != truth)]
    means = false.groupby(["item", "value"], sort=False)[["models", "web"]].sum() / steps
    return means.reset_index().assign(domain=domain)[columns]

"""The main scenario between its controls, over replicates drawn from the same streams.

Only what the mechanisms imply is asserted: directions with 95 % intervals of paired differences
that leave out 0, for the mean of the last four rows. In the tail the peak in human writing does
nearly all of it, so nothing is asserted there against `humans_peak_no_ai`.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis.comparison import interval
from scenarios.scenario import Scenario

pytestmark = pytest.mark.theory
REPLICATES = {"humans_only": 5, "humans_peak_no_ai": 5, "habsburg": 5, "closed_loop": 2}
"""A difference of 4 items on which falsehood leads, its standard deviation over pairs near 3, is
told from 0 in 45 of 100 tries with 4 pairs, in 74 with 6."""
METERS = ["hill", "coverage", "divergence", "falsehood", "established", "web"]
DOMAINS = ("birds", "history")
LOWER = ("hill_1", "divergence_groups")
HIGHER = ("leading_false", "web_leading_false_items", "false_share_rare")
Runs = dict[str, list[pd.DataFrame]]


@pytest.fixture(scope="module")
def runs() -> Runs:
    found: Runs = {}
    for name, replicates in REPLICATES.items():
        facts = Scenario.load(name).only(*DOMAINS)
        scenario = facts.with_(meters=METERS, items=False, ledger=False)
        found[name] = [scenario.run(replicate).metrics for replicate in range(replicates)]
    return found


def early(table: pd.DataFrame, column: str) -> float:
    return float(table.loc[table["step"].between(2, 5), column].mean())


def late(table: pd.DataFrame, column: str) -> float:
    return float(table.loc[table["step"] >= table["step"].max() - 3, column].mean())


def difference(runs: Runs, name: str, control: str, column: str) -> tuple[float, float, str]:
    """95 % interval of the paired difference of the ends, divergences as log ratios."""
    scale: Callable[[float], float] = np.log if "divergence" in column else lambda value: value
    pairs = zip(runs[name], runs[control], strict=True)
    found = np.array([scale(late(a, column)) - scale(late(b, column)) for a, b in pairs])
    low, high = interval(found)
    return low, high, f"{name} - {control}, {column}: {found.mean():.4g} [{low:.4g}, {high:.4g}]"


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("control", ["humans_only", "humans_peak_no_ai"])
def test_models_reading_models_cost_evenness_and_differences_and_add_falsehoods(
    runs: Runs, domain: str, control: str
) -> None:
    for meter in LOWER:
        _, high, text = difference(runs, "habsburg", control, f"{domain}.{meter}")
        assert high < 0, text
    for meter in HIGHER:
        low, _, text = difference(runs, "habsburg", control, f"{domain}.{meter}")
        assert low > 0, text


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_tail_shrinks_against_a_world_in_which_humans_write_on(runs: Runs, domain: str) -> None:
    _, high, text = difference(runs, "habsburg", "humans_only", f"{domain}.tail_coverage")
    assert high < 0, text


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_main_scenario_ends_between_the_control_and_the_closed_loop(
    runs: Runs, domain: str
) -> None:
    for meter in (*LOWER, *HIGHER, "tail_coverage"):
        column = f"{domain}.{meter}"
        only, main, loop = (
            np.mean([late(table, column) for table in runs[name]])
            for name in ("humans_only", "habsburg", "closed_loop")
        )
        assert min(only, loop) < main < max(only, loop), f"{column}: {only} {main} {loop}"


@pytest.mark.parametrize("domain", DOMAINS)
def test_without_humans_everything_collapses(runs: Runs, domain: str) -> None:
    for table in runs["closed_loop"]:
        for meter in ("hill_1", "tail_coverage", "divergence_groups"):
            column = f"{domain}.{meter}"
            assert late(table, column) < 0.5 * early(table, column), column
        spoken = late(table, f"{domain}.web_hill_0") / early(table, f"{domain}.web_hill_0")
        leading = f"{domain}.web_leading_false"
        assert late(table, leading) > 5 * early(table, leading), f"{leading}, {spoken:.0%} left"
        assert late(table, f"{domain}.established_invented") > 5


@pytest.mark.parametrize(
    ("column", "step", "low", "high", "measured"),
    [
        ("web.synthetic_new", 4, 0.37, 0.41, "39 % a year after ChatGPT"),
        ("web.synthetic_new", 8, 0.50, 0.54, "over 50 % in November 2024"),
        ("web.synthetic_new", 10, 0.50, 0.54, "52 % in May 2025"),
        ("web.synthetic_read", 9, 0.14, 0.18, "14 % of search results, 18 % of citations"),
    ],
)
def test_the_main_scenario_is_calibrated(
    runs: Runs, column: str, step: int, low: float, high: float, measured: str
) -> None:
    found = np.mean([table.set_index("step").loc[step, column] for table in runs["habsburg"]])
    assert low <= found <= high, f"{column} at step {step}: {found:.3f}; measured {measured}"


@pytest.mark.parametrize("domain", DOMAINS)
def test_nothing_that_no_human_wrote_stays_established_while_only_humans_write(
    runs: Runs, domain: str
) -> None:
    """Most models can make the same guess for once, where one wrong value is much the likeliest.

    Seen in 1 of 246 rows: seven models that had not read of the Pitt Shag, whose group holds but
    one other family. They do not read each other, and so do not hold on to it.
    """
    for table in runs["humans_only"]:
        found = table[f"{domain}.established_invented"] > 0
        assert not (found & found.shift(fill_value=False)).any(), table["step"][found].tolist()

"""Makes the shipped tables `birds.csv` and `history.csv` from the files under `sources/`.

    python data/make_tables.py

Each table has the columns `name, weight, value, group`, most written-about item first; the
weights are document shares and sum to 1 but for rounding. Only the standard library is used,
and every "random" order is the order of sha256 digests, so the same bytes come out on any
machine and with any library version. `NOTICE.md` says whose work the sources are.

Birds: a model, not a survey
----------------------------
Which 1,000 of the 11,131 species: those whose scientific name has the smallest sha256.
Value: the family. Group: the order.

Nobody has counted every species, so who is abundant is a model. The abundances are the 1,000
mid-quantiles of log10 N ~ Normal(5.43, 1.34), the mean and spread that Callaghan, Nakagawa and
Cornwell (2021, PNAS 118(21):e2023170118) estimated over 9,700 species; their skew of -0.96 is
left out. They are dealt out by IUCN category, the most abundant first:

    LC = NE  >  NT  >  VU = DD  >  EN  >  CR  >  CR (PE) = CR (PEW)  >  EW  >  EX

and within a place by another sha256. Two categories are no statement about numbers:

* NE (not evaluated) stands with LC. These are species that IUCN has not assessed in AviList's
  sense of them, many of them one side of a recent split of a widespread bird (Willow Ptarmigan,
  Green-winged Teal), and of the species it has assessed most are LC.
* DD (data deficient) stands with VU, the mildest of the threatened categories: birds met so
  seldom that nobody can assess them are not common, but nothing says that they are nearly gone.

People do not write in proportion to abundance. The weight is N^0.4; the exponent is an
assumption (at 1, half of the species would have less than one document in 30,000).

History: the table is the truth
-------------------------------
All 1,185 events. Value: the year. Group: its century (1900 belongs to the 19th). The weight is
Zipf's 1/rank, the rank being the place of the event's name in the order of sha256.
"""

import csv
import io
import math
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from statistics import NormalDist

HERE = Path(__file__).resolve().parent
SPECIES = 1_000
LOG10_ABUNDANCE = NormalDist(mu=5.43, sigma=1.34)
ATTENTION = 0.4
MOST_ABUNDANT_FIRST = (
    ("LC", "NE"),
    ("NT",),
    ("VU", "DD"),
    ("EN",),
    ("CR",),
    ("CR (PE)", "CR (PEW)"),
    ("EW",),
    ("EX",),
)
PLACE = {iucn: place for place, tied in enumerate(MOST_ABUNDANT_FIRST) for iucn in tied}

Row = tuple[str, str, str]
"""Name, value, group."""


def by_digest(text: str) -> str:
    """Sort key that stands in for chance: the same on every machine, unrelated to the text."""
    return sha256(text.encode("utf-8")).hexdigest()


def shares(weights: Sequence[float]) -> list[str]:
    """Weights divided by their sum, at 12 digits: fewer than where machines may differ."""
    total = math.fsum(weights)
    return [f"{weight / total:.12g}" for weight in weights]


def birds(sources: Path) -> str:
    """The text of `birds.csv`."""
    species = read(sources / "bird_species.csv")
    chosen = sorted(species, key=lambda row: by_digest(row["scientific_name"]))[:SPECIES]
    chosen.sort(
        key=lambda row: (PLACE[row["iucn"]], by_digest("abundance of " + row["scientific_name"]))
    )
    quantiles = [(rank + 0.5) / SPECIES for rank in reversed(range(SPECIES))]
    weights = [10 ** (ATTENTION * LOG10_ABUNDANCE.inv_cdf(quantile)) for quantile in quantiles]
    return table(
        ((row["common_name"], row["family"], row["order"]) for row in chosen), shares(weights)
    )


def history(sources: Path) -> str:
    """The text of `history.csv`."""
    events = read(sources / "historical_dates.csv")
    events.sort(key=lambda row: by_digest(row["event"]))
    weights = [1 / rank for rank in range(1, len(events) + 1)]
    return table(
        ((row["event"], row["year"], century(int(row["year"]))) for row in events), shares(weights)
    )


def century(year: int) -> str:
    """The century of a year AD: 1900 is "19th century", 2001 "21st century"."""
    number = (year - 1) // 100 + 1
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number in (11, 12, 13) else ending} century"


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(rows: Iterable[Row], weights: Sequence[str]) -> str:
    """The text of a CSV file with our four columns."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("name", "weight", "value", "group"))
    for (name, value, group), weight in zip(rows, weights, strict=True):
        writer.writerow((name, weight, value, group))
    return text.getvalue()


TABLES: dict[str, Callable[[Path], str]] = {"birds.csv": birds, "history.csv": history}

if __name__ == "__main__":
    for name, make in TABLES.items():
        (HERE / name).write_text(make(HERE / "sources"), encoding="utf-8", newline="")

"""The page says what the data say, in full and safely, whatever the run."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from analysis import narrative, sections
from analysis.collector import definitions
from analysis.report import write_report
from analysis.run import Run
from analysis.wording import change, kind_of_value, number, signed
from scenarios.scenario import Scenario

EVIL = "<script>alert('x')</script>"


def small(folder: Path) -> Scenario:
    """The closed loop with four models on 150 events and 150 beasts."""
    tables = {}
    for name, value in (("events", lambda i: 1700 + 2 * i), ("beasts", lambda i: f"kind {i % 9}")):
        rows = [f"{name} no. {i},{1 / (i + 1)},{value(i)},group {i % 6}" for i in range(150)]
        (folder / f"{name}.csv").write_text("name,weight,value,group\n" + "\n".join(rows))
        tables[name] = {"kind": "encyclopedia", "table": str(folder / f"{name}.csv")}
    plain = Scenario.load("closed_loop").only("birds").plain()
    plain |= {"models": plain["models"][:4], "steps": 16, "domains": tables}
    fewer = {"humans.*.count": 3, "sites.*.count": 3, "humans.*.volume.values": [130, 0]}
    return Scenario.parse(plain).with_({**fewer, "models.*.diet.n": 400, "models.*.volume": 100})


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    """Two replicates of a small closed loop in which much is forgotten."""
    scenario = small(tmp_path_factory.mktemp("tables"))
    return [scenario.run(replicate=r) for r in range(2)]


@pytest.fixture(scope="module")
def alone() -> Run:
    return Scenario.load("wright_fisher").with_(steps=30).run()


def written(runs: Run | list[Run], folder: Path, **options: object) -> str:
    return write_report(runs, folder, **options).read_text(encoding="utf-8")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def folder(closed: list[Run], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on replicates, compared with themselves in another order."""
    made = tmp_path_factory.mktemp("replicates")
    write_report(closed, made, baseline={"swapped": closed[::-1]})
    return made


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def single(closed: list[Run], tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the report on the second replicate alone says."""
    return visible(written(closed[1], tmp_path_factory.mktemp("single")))


@pytest.fixture(scope="module")
def lone(alone: Run, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the report on one model with itself says."""
    return visible(written(alone, tmp_path_factory.mktemp("alone")))


def visible(page: str) -> str:
    """The text of a page, without drawings and styles."""
    bare = re.sub(r"<(svg|style).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


class Addresses(HTMLParser):
    """Everything a browser would fetch, and every tag."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "xlink:href", "srcset", "data", "action", "poster"):
                self.found.append(value or "")
            if name == "id":
                self.ids.append(value or "")


def test_the_forgotten_are_named_as_the_items_say(closed: list[Run], single: str) -> None:
    run, text = closed[1], single
    for domain in ("events", "beasts"):
        found = narrative.forgotten(run, domain)
        assert found is not None
        assert len(found.lost) > 10
        rows = run.items[run.items["domain"] == domain]
        for item, knew in zip(found.lost["item"][:20], found.lost["knew"][:20], strict=True):
            assert " ".join(item.split()) in text
            own = rows[rows["item"] == item].set_index("step")["models_knowing"]
            assert own.loc[0] == knew > 0
            assert (own.loc[13:] == 0).all()


def test_wrong_values_are_those_of_the_items(closed: list[Run], single: str) -> None:
    run, text = closed[1], single
    table = narrative.wrong_values(run, "events")
    assert len(table)
    assert "The dates that went wrong: events" in text
    items = run.items[run.items["domain"] == "events"].set_index("step")
    for row in table.head(10).itertuples():
        assert f"{' '.join(row.item.split())} {row.truth} {row.says} {row.agreeing} of 4" in text
        assert row.says != row.truth
        story = items[items["item"] == row.item]
        assert (story.loc[row.since :]["models_say"] == row.says).all()
        if row.since > 0:
            before = story.loc[row.since - 1]
            assert before["models_say"] != row.says or before["models_agreeing"] < 2


def test_headline_numbers_are_those_of_the_metrics(closed: list[Run], single: str) -> None:
    run, text = closed[1], single
    metrics = run.metrics
    assert f"models have written {number(metrics['web.synthetic_share'].iloc[-1], 'share')}" in text
    for domain in ("events", "beasts"):
        start, end = metrics[f"{domain}.hill_1"].iloc[[0, -1]]
        assert f"from {number(start)} to {number(end)} items in real use" in text


def test_a_web_without_models_says_who_wrote_it_and_who_asked_a_model() -> None:
    run = Scenario.load("knowledge_collapse").with_(steps=3).run()
    lead, birds = narrative.headline([run])
    share = number(run.metrics["birds.through_models"].iloc[-1], "share")
    assert lead.startswith("No text on the web is by a model")
    assert f"people have learnt {share} of what they write by asking a model" in lead
    assert "learnt" not in birds, "once is enough"
    alone = Scenario.load("humans_only").only("birds").with_(steps=2).run()
    assert "people wrote all of it" in narrative.headline([alone])[0]


def test_the_page_is_self_contained_and_well_formed(page: str, folder: Path) -> None:
    seen = Addresses()
    seen.feed(page)
    assert seen.found
    assert all(address.startswith("#") for address in seen.found)
    assert "script" not in seen.tags
    assert "link" not in seen.tags
    assert "http" not in page
    assert len(seen.ids) == len(set(seen.ids))
    assert {a[1:] for a in seen.found} <= set(seen.ids)
    assert len(page.encode()) < 6e6
    drawn = [path.stem for path in sorted((folder / "figures").glob("*.svg"))]
    assert drawn
    assert drawn == [path.stem for path in sorted((folder / "figures").glob("*.png"))]


def test_names_from_a_table_are_escaped(tmp_path: Path) -> None:
    table = tmp_path / "facts.csv"
    rows = [f'"{EVIL} {i}",{1 / (i + 1)},"{EVIL}{i % 5}","$\\frac{{ {i % 3}"' for i in range(40)]
    table.write_text("name,weight,value,group\n" + "\n".join(rows) + "\n", encoding="utf-8")
    scenario = Scenario.load("closed_loop").only("birds").plain() | {
        "title": f"{EVIL} & co",
        "question": EVIL,
        "steps": 8,
        "domains": {"facts": {"kind": "encyclopedia", "table": str(table)}},
    }
    for model in scenario["models"]:
        model["diet"]["n"] = 60
    scenario["models"][0]["name"] = EVIL
    scenario["models"][1]["name"] = "$x_1$ & <i>"
    page = written(Scenario.parse(scenario).run(), tmp_path / "out")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "<i>" not in page
    assert EVIL in visible(page)


def test_one_model_alone_gets_a_page_without_what_it_lacks(lone: str) -> None:
    text = lone
    assert "1 model, 30 steps" in text
    assert "None: at the end the model does not insist on a wrong value anywhere." in text
    assert "How differently the models write" not in text
    assert "item 1" in text


def test_replicates_are_said_and_counted(page: str) -> None:
    text = visible(page)
    assert "2 replicates" in text
    assert "forgotten in replicates" in text
    assert "of 2" in text


def test_a_run_without_items_or_ledger_says_so(tmp_path: Path) -> None:
    run = Scenario.load("wright_fisher").with_(steps=4, items=False, ledger=False).run()
    text = visible(written(run, tmp_path))
    assert "kept no record of who read what" in text
    assert "What became of single items was not kept" in text
    assert "went wrong" not in text


def test_few_meters_are_enough_for_a_page(tmp_path: Path) -> None:
    run = Scenario.load("wright_fisher").with_(steps=4, meters=["hill"]).run()
    text = visible(written(run, tmp_path))
    assert "Variety: items in real use" in text
    assert "counted as collapsed" not in text


def test_when_models_collapsed_is_what_the_meter_says(alone: Run, lone: str) -> None:
    at = alone.agents["topics.collapsed_at"].iloc[-1]
    when = pd.Timestamp(alone.metrics.set_index("step")["date"][int(at)])
    assert f"the population since {when:%B %Y}" in lone


def test_a_baseline_is_compared_pair_by_pair(closed: list[Run], page: str) -> None:
    (other,) = sections.comparison(closed, {"swapped": closed[::-1]})
    assert other["pairs"] == 2
    # paired by number of replicate, not by position: every run meets itself
    assert {row["difference"] for row in other["rows"]} == {"0"}
    assert "This run minus swapped, at the end" in visible(page)


def test_a_rare_item_is_told_at_start_middle_and_end(closed: list[Run]) -> None:
    story = narrative.rare_item(closed[0], "events")
    assert story["step"].tolist() == [0, 8, 16]
    assert story["item"].nunique() == 1
    assert story["rank"].iloc[0] > 75


def test_how_to_reproduce_names_seed_and_replay(single: str) -> None:
    text = single
    assert "python run.py replay DIR" in text
    assert "seed 1" in text
    assert "replicates 1" in text


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (float("nan"), "", "not defined"),
        (0.69254, "share", "69.3 %"),
        (1185, "", "1,185"),
        (388.567, "", "389"),
        (12345.678, "", "12,300"),
        (0.0015999, "", "0.0016"),
        (-2.5, "", "\u22122.5"),
        (-1e-16, "", "0"),
        (99.96, "", "100"),
        (1.234, "ratio", "123 %"),
        (0.000017, "", "0.000017"),
        (-0.0000123456, "", "\u22120.0000123"),
        (1.7e-8, "", "1.70 × 10\u207b\u2078"),
        (-2.5e20, "", "\u22122.50 × 10\u00b2\u2070"),
    ],
)
def test_numbers_read_well(value: float, unit: str, said: str) -> None:
    assert number(value, unit) == said


def test_differences_keep_their_sign() -> None:
    assert signed(-0.5) == "\u22120.5"
    assert signed(3) == "+3"
    assert change(400, 300) == "fell by 25 %"
    assert change(100, 100.5) == "hardly moved"


def test_definitions_are_in_words_not_in_code() -> None:
    for name, column in definitions().items():
        assert "NaN" not in column.text, name
        assert "exp(" not in column.text, name


def test_what_is_rarely_measured_is_named_beside_the_table_of_generations(tmp_path: Path) -> None:
    run = Scenario.load("average_face").with_(steps=12).run()
    told = sections.domain([run], "digits")["generations"]
    rare = {row["what"].column for row in told["rows"] if row["seldom"]}
    assert {"recall", "precision"} <= rare
    assert all("not defined" not in row["values"] for row in told["rows"] if not row["seldom"])
    text = visible(written(run, tmp_path))
    table = text.split("From generation to generation")[1].split("Do it again")[0]
    assert "Not in the table, since it takes long to measure" in table
    assert "human pictures within its spread" in table.split("Not in the table")[1]
    assert "not defined" not in table


def test_the_variance_is_in_per_cent_wherever_it_stands(tmp_path: Path) -> None:
    run = Scenario.load("average_face").with_(steps=2).run()
    row = next(
        row
        for row in sections.domain([run], "digits")["curves"]
        if row["what"].column == "variance"
    )
    share = number(run.metrics["digits.variance"].iloc[-1], "share")
    assert row["end"] == share
    assert f"to {share} of that of humans" in narrative.headline([run])[-1]
    compared = sections.comparison([run], {"other": [run]})[0]["rows"]
    assert {c["ours"] for c in compared if c["what"].column == "variance"} == {share}


def test_years_are_dates_and_names_are_values() -> None:
    assert kind_of_value(pd.Series(["1969", "1066"])) == "date"
    assert kind_of_value(pd.Series(["3", "12"])) == "number"
    assert kind_of_value(pd.Series(["Picidae", "1969"])) == "value"

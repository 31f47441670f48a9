"""What an encyclopedia promises: shipped tables, shapes, wrong values, and clear refusals."""

import importlib.util
import math
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecosystem.domains import tables
from ecosystem.domains.encyclopedia import Encyclopedia, EncyclopediaSpec, Zipf
from ecosystem.domains.tables import SHIPPED, BadTable, natural_order, read_table

DATA = SHIPPED["birds"].parent
HEADER = "name,weight,value,group\n"


@pytest.fixture(scope="module")
def birds() -> Encyclopedia:
    return Encyclopedia("birds", EncyclopediaSpec(table="birds"))


@pytest.fixture(scope="module")
def history() -> Encyclopedia:
    return Encyclopedia("history", EncyclopediaSpec(table="history"))


@pytest.fixture
def of(tmp_path: Path) -> Callable[..., Encyclopedia]:
    """Builds an encyclopedia from the rows of a table."""

    def build(rows: str, **spec: Any) -> Encyclopedia:
        (tmp_path / "things.csv").write_text(HEADER + rows, encoding="utf-8")
        return Encyclopedia("things", EncyclopediaSpec(table="things.csv", **spec), tmp_path)

    return build


# Shipped tables


def make_tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_tables", DATA / "make_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["birds.csv", "history.csv"])
def test_shipped_tables_are_what_make_tables_makes_byte_for_byte(name: str) -> None:
    made: str = make_tables().TABLES[name](DATA / "sources")
    assert made.encode("utf-8") == (DATA / name).read_bytes()


@pytest.mark.parametrize(
    ("year", "century"),
    [(1, "1st"), (100, "1st"), (101, "2nd"), (1100, "11th"), (1900, "19th"), (2001, "21st")],
)
def test_a_century_ends_with_its_hundredth_year(year: int, century: str) -> None:
    assert make_tables().century(year) == f"{century} century"


def test_birds_are_1000_species_with_32_wrong_families_each(birds: Encyclopedia) -> None:
    assert birds.shape == (1_000, 33)
    assert {len(labels) for labels in birds.slots} == {33}


def test_bird_shares_have_the_published_spread_at_the_attention_exponent(
    birds: Encyclopedia,
) -> None:
    assert np.log10(birds.topics).std() == pytest.approx(0.4 * 1.34, rel=0.01)


def test_extinct_birds_are_rarer_than_every_bird_of_least_concern(birds: Encyclopedia) -> None:
    rows = make_tables().read(DATA / "sources" / "bird_species.csv")
    iucn = {row["common_name"]: row["iucn"] for row in rows}
    shares: defaultdict[str, list[float]] = defaultdict(list)
    for name, share in zip(birds.items, birds.topics, strict=True):
        shares[iucn[name]].append(float(share))
    assert max(shares["EX"]) < min(shares["LC"])


def test_history_has_all_events_in_centuries_of_numeric_order(history: Encyclopedia) -> None:
    assert history.shape == (1_185, 33)
    assert history.groups[:3] == ("6th century", "11th century", "12th century")
    assert history.groups[-1] == "21st century"


def test_history_weights_follow_zipf(history: Encyclopedia) -> None:
    ranks = np.arange(1, 1_186)
    np.testing.assert_allclose(history.topics * ranks, history.topics[0], rtol=1e-10)


def test_shipped_tables_are_found_from_any_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, birds: Encyclopedia
) -> None:
    monkeypatch.chdir(tmp_path)
    again = Encyclopedia("again", EncyclopediaSpec(table="birds"), tmp_path)
    assert again.digest == birds.digest


# The truth and what is wrong

cells = st.sampled_from(["a", "b", "c", "d", "e"])
weights = st.floats(0, 1e308) | st.sampled_from([0.0, 5e-324, 1.0, 7.0])
table_rows = st.lists(st.tuples(weights, cells, st.sampled_from("xyz")), min_size=1, max_size=12)


@given(
    rows=table_rows.filter(lambda rows: any(weight for weight, *_ in rows)),
    wrong=st.sampled_from(["auto", "group", "uniform"]),
    most=st.integers(0, 32),
)
def test_any_table_gives_shares_and_confusions_that_are_distributions(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[float, str, str]],
    wrong: Any,
    most: int,
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    lines = (f"item {k},{w!r},{value},{group}\n" for k, (w, value, group) in enumerate(rows))
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    things = Encyclopedia("any", EncyclopediaSpec(table=str(path), wrong=wrong, wrong_values=most))

    expected = min(most, len({value for _, value, _ in rows}) - 1)
    assert things.shape == (len(rows), 1 + expected)
    assert things.topics.sum() == pytest.approx(1)
    assert not things.confusion[:, 0].any()
    np.testing.assert_allclose(things.confusion.sum(axis=1), 1.0 if expected else 0.0)
    assert (np.diff(things.confusion[:, 1:], axis=1) <= 1e-15).all()
    for (_, truth, _), labels in zip(rows, things.slots, strict=True):
        assert labels[0] == truth
        assert len(set(labels)) == len(labels) == 1 + expected


@given(years=st.lists(st.integers(-50, 50), min_size=1, max_size=20), most=st.integers(0, 32))
def test_near_values_are_the_nearest_within_the_span_by_inverse_distance(
    tmp_path_factory: pytest.TempPathFactory, years: list[int], most: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "years.csv"
    lines = (f"event {k},1,{year},all\n" for k, year in enumerate(years))
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    things = Encyclopedia("years", EncyclopediaSpec(table=str(path), wrong_values=most))

    for item, year in enumerate(years):
        distances = sorted(abs(x - year) for x in range(min(years), max(years) + 1))[1:][:most]
        said = [int(label) for label in things.slots[item][1:]]
        assert [abs(x - year) for x in said] == distances
        odds = [1 / distance for distance in distances]
        expected = [odd / math.fsum(odds) for odd in odds]
        chances = things.confusion[item, 1 : 1 + len(said)]
        np.testing.assert_allclose(chances, expected)


def test_nearer_years_are_likelier(history: Encyclopedia) -> None:
    item = history.index("Philippine President Ferdinand Marcos declares martial law")
    assert history.slots[item][:5] == ("1972", "1971", "1973", "1970", "1974")
    one, _, two, *_ = history.confusion[item, 1:]
    assert one == pytest.approx(2 * two)


def test_families_of_the_same_order_are_taken_first(birds: Encyclopedia) -> None:
    families: defaultdict[int, set[str]] = defaultdict(set)
    for order, labels in zip(birds.group_of, birds.slots, strict=True):
        families[order].add(labels[0])
    for order, labels in zip(birds.group_of, birds.slots, strict=True):
        kin = families[order] - {labels[0]}
        assert len(kin & set(labels)) == min(32, len(kin))


def test_four_fifths_of_what_is_wrong_is_a_value_of_the_same_group(
    of: Callable[..., Encyclopedia], birds: Encyclopedia
) -> None:
    things = of("1,1,swan,waterfowl\n2,1,duck,waterfowl\n3,1,owl,owls\n4,1,hawk,hawks\n")
    assert things.slots[0] == ("swan", "duck", "hawk", "owl")
    np.testing.assert_allclose(things.confusion[0], [0, 4 / 5, 1 / 10, 1 / 10])
    families: defaultdict[int, set[str]] = defaultdict(set)
    for order, labels in zip(birds.group_of, birds.slots, strict=True):
        families[order].add(labels[0])
    for order, labels, chances in zip(birds.group_of, birds.slots, birds.confusion, strict=True):
        own = chances[[label in families[order] for label in labels]].sum()
        others = len(families[order]) - 1
        assert own == pytest.approx(0.0 if others == 0 else 1.0 if others >= 32 else 0.8)


def test_a_value_of_more_items_is_likelier(of: Callable[..., Encyclopedia]) -> None:
    things = of("1,1,swan,a\n2,1,owl,b\n3,1,owl,b\n4,1,hawk,c\n")
    assert things.slots[0] == ("swan", "owl", "hawk")
    np.testing.assert_allclose(things.confusion[0], [0, 2 / 3, 1 / 3])


def test_equally_likely_values_stand_in_order_of_name(of: Callable[..., Encyclopedia]) -> None:
    things = of("1,1,swan,a\n2,1,teal,a\n3,1,duck,a\n4,1,owl,b\n5,1,hawk,c\n")
    assert things.slots[0] == ("swan", "duck", "teal", "hawk", "owl")
    np.testing.assert_allclose(things.confusion[0], [0, 0.4, 0.4, 0.1, 0.1])


def test_an_order_of_one_family_is_mistaken_for_any_other_by_size(birds: Encyclopedia) -> None:
    sizes = Counter(labels[0] for labels in birds.slots)
    item = birds.index("Red-billed Malkoha")
    same_order = birds.group_of == birds.group_of[item]
    families = {birds.slots[other][0] for other in np.flatnonzero(same_order)}
    assert families == {"Cuculidae"}
    counts = np.array([sizes[label] for label in birds.slots[item][1:]])
    np.testing.assert_allclose(birds.confusion[item, 1:], counts / counts.sum())


def test_uniform_gives_every_wrong_value_of_a_table_the_same_chance(
    of: Callable[..., Encyclopedia],
) -> None:
    rows = "1,1,a,x\n2,1,b,x\n3,1,c,y\n4,1,d,y\n"
    things = of(rows, wrong="uniform", wrong_values=2)
    assert things.slots[2] == ("c", "d", "a")
    np.testing.assert_allclose(things.confusion, [[0, 0.5, 0.5]] * 4)
    said = Counter(label for labels in things.slots for label in labels[1:])
    assert set(said.values()) == {2}


def test_items_with_fewer_wrong_values_have_empty_last_slots(
    of: Callable[..., Encyclopedia],
) -> None:
    things = of("1,1,10,x\n2,1,11,x\n", wrong_values=1)
    assert things.shape == (2, 2)
    alone = of("1,1,a,x\n2,1,a,x\n")
    assert alone.shape == (2, 1)
    assert not alone.confusion.any()


def test_a_table_without_groups_has_one_called_all(tmp_path: Path) -> None:
    path = tmp_path / "plain.csv"
    path.write_text("\ufeffvalue,weight,notes,name\nred,1,,rose\n\nblue,3,!,sky\n", "utf-8")
    things = Encyclopedia("plain", EncyclopediaSpec(table=str(path)))
    assert things.items == ("rose", "sky")
    assert things.groups == ("all",)
    np.testing.assert_allclose(things.topics, [0.25, 0.75])


@given(numbers=st.lists(st.integers(0, 10**30), unique=True))
def test_groups_with_numbers_are_in_numeric_order(numbers: list[int]) -> None:
    names = sorted((f"{number}th century" for number in numbers), key=natural_order)
    assert names == [f"{number}th century" for number in sorted(numbers)]


def test_zipf_weights_are_the_shifted_power_of_the_rank() -> None:
    zipf = Zipf(items=5, exponent=1.5, shift=2)
    things = Encyclopedia("toy", EncyclopediaSpec(zipf=zipf))
    expected = (np.arange(1, 6) + 2.0) ** -1.5
    np.testing.assert_allclose(things.topics, expected / expected.sum())
    assert things.items[0] == "item 1"
    assert things.shape == (5, 1)


def test_inline_items_have_as_many_equally_likely_wrong_values_as_asked() -> None:
    things = Encyclopedia("toy", EncyclopediaSpec(weights=[1, 0, 3], wrong_values=2))
    assert things.slots == (("true", "wrong 1", "wrong 2"),) * 3
    np.testing.assert_allclose(things.confusion, [[0, 0.5, 0.5]] * 3)
    np.testing.assert_allclose(things.topics, [0.25, 0, 0.75])


@given(
    shares=st.lists(st.integers(0, 9), min_size=1, max_size=40).filter(any),
    share=st.floats(0, 1, exclude_min=True),
)
def test_rarest_are_the_written_items_of_least_weight(shares: list[int], share: float) -> None:
    things = Encyclopedia("toy", EncyclopediaSpec(weights=[float(s) for s in shares]))
    rarest = things.rarest(share).tolist()
    written = [item for item, weight in enumerate(shares) if weight]
    by_weight = sorted(written, key=lambda item: (shares[item], item))
    assert rarest == by_weight[: max(1, round(share * len(written)))]


@pytest.mark.parametrize("share", [0, -0.1, 1.1, math.nan])
def test_rarest_refuses_what_is_no_share(birds: Encyclopedia, share: float) -> None:
    with pytest.raises(ValueError, match=r"share is .*; it must be above 0 and at most 1"):
        birds.rarest(share)


def test_an_unknown_name_is_met_with_the_nearest(birds: Encyclopedia) -> None:
    assert birds.items[birds.index("Red-billed Malkoha")] == "Red-billed Malkoha"
    with pytest.raises(ValueError, match="did you mean 'Red-billed Malkoha'"):
        birds.index("Red-biled Malkoa")


def test_a_label_says_what_a_slot_says(birds: Encyclopedia) -> None:
    item = birds.index("Red-billed Malkoha")
    assert birds.label(item, 0) == "Cuculidae"
    for place in [(item, 33), (item, -1), (1_000, 0), (-1, 0)]:
        with pytest.raises(IndexError, match=r"; .* 0 to "):
            birds.label(*place)


def test_the_truth_cannot_be_overwritten(birds: Encyclopedia) -> None:
    for array in (birds.topics, birds.group_of, birds.confusion):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_the_digest_changes_with_the_content_and_not_with_the_layout(
    of: Callable[..., Encyclopedia],
) -> None:
    digest = of("rose,1,red,x\n").digest
    assert of('"rose", 1.0 ,red,x').digest == digest
    for other in ("rose,2,red,x\n", "rose,1,pink,x\n", "rose,1,red,y\n", "lily,1,red,x\n"):
        assert of(other).digest != digest


# Refusals


def bad(path: Path) -> str:
    with pytest.raises(BadTable) as caught:
        read_table(path)
    message = str(caught.value)
    assert message.startswith(path.name)
    assert message.endswith(".")
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "line 1 has no column name, but nothing"),
        ("\n\n", "line 1 has no column name, but nothing"),
        (HEADER, "has no rows; at least one is needed"),
        ("name,value\na,b\n", "line 1 has no column weight, but 'name', 'value'"),
        ("name;weight;value\na;1;b\n", "line 1 has no column name, but 'name;weight;value'"),
        ("name,weight,value,value\na,1,b,c\n", "line 1 has the column value 2 times"),
        (HEADER + "a,1,v,g\nb,1,v,g\na,1,w,g\n", "line 4, column name is 'a', which line 2 has"),
        (HEADER + "a,-1,v,g\n", "line 2, column weight is '-1'; it must be a number, 0 or more"),
        (HEADER + "a,nan,v,g\n", "line 2, column weight is 'nan'; it must be a number"),
        (HEADER + "a,inf,v,g\n", "line 2, column weight is 'inf'; it must be a number"),
        (HEADER + "a,1_0,v,g\n", "line 2, column weight is '1_0'; it must be a number"),
        (HEADER + "a,many,v,g\n", "line 2, column weight is 'many'; it must be a number"),
        (HEADER + "a,,v,g\n", "line 2, column weight is empty; it must be a number"),
        (HEADER + "a,0,v,g\nb,0,v,g\n", "column weight is 0 in every row; one must be above 0"),
        (HEADER + "a,1,v,g\n ,1,v,g\n", "line 3, column name is empty; every row needs a name"),
        (HEADER + "a,1, ,g\n", "line 2, column value is empty; an unknown value is not allowed"),
        (HEADER + "a,1,v,\n", "line 2, column group is empty; every row needs a group"),
        (HEADER + "a,1,v\n", "line 2 has 3 cells; it must have 4"),
        (HEADER + "a,1,v,g,h\n", "line 2 has 5 cells; it must have 4"),
        (HEADER + '"two\nlines",1,v,g\n\nb,x,v,g\n', "line 5, column weight is 'x'"),
        (HEADER + 'a,1,v,g\n"b"c,1,v,g\n', "line 3 is not CSV"),
        (HEADER + '"a,1,v,g\n', "line 2 is not CSV"),
        (HEADER + "a,1,v,g\nb,1,\0,g\n", "line 3 has a NUL byte"),
        (HEADER + "a," + "9" * 200_000 + ",v,g\n", "line 2 is not CSV"),
    ],
)
def test_a_bad_table_is_refused_in_one_sentence(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(content, encoding="utf-8", newline="")
    assert said in bad(path)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_another_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(HEADER + "Ara,1,Gr\u00fcn,g\n", encoding=encoding)
    line = 2 if encoding == "latin-1" else 1
    assert f"line {line} is not UTF-8 text" in bad(path)


@given(noise=st.binary(max_size=300))
def test_binary_noise_is_refused(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "noise.csv"
    path.write_bytes(noise)
    bad(path)


@given(content=st.text(alphabet='ab019.,"\n\r ;-é\0', max_size=60).map(lambda text: HEADER + text))
def test_whatever_stands_below_the_header_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text(content, encoding="utf-8", newline="")
    try:
        table = read_table(path)
    except BadTable as error:
        assert "\n" not in str(error)
    else:
        assert len(set(table.names)) == len(table.names) >= 1
        assert all(0 <= weight < math.inf for weight in table.weights)


def test_a_table_of_too_many_rows_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    path = tmp_path / "long.csv"
    path.write_text(HEADER + "a,1,v,g\nb,1,v,g\nc,1,v,g\n", encoding="utf-8")
    assert "line 4 is row 3; at most 2 are allowed" in bad(path)


def test_a_file_of_too_many_bytes_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(2**40)
    assert "has 1,048,576 MiB; at most 256 are allowed" in bad(path)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("brids", "table 'brids' is not a file"),
        (".", "table '.' is a directory"),
        ("", "table '' is empty"),
        ("\0", "is not a file"),
        ("x" * 5_000, "is not a file"),
    ],
)
def test_a_table_that_is_not_there_is_refused(tmp_path: Path, table: str, said: str) -> None:
    with pytest.raises(BadTable, match=r"must be birds or history, or the path") as caught:
        Encyclopedia("lost", EncyclopediaSpec(table=table), tmp_path)
    assert said in str(caught.value)


def test_near_is_refused_where_a_value_is_no_whole_number(of: Callable[..., Encyclopedia]) -> None:
    rows = "a,1,1066,g\n\nb,1,about 1100,g\n"
    with pytest.raises(BadTable, match=r"things.csv, line 4, column value is 'about 1100'"):
        of(rows, wrong="near")
    assert of(rows).slots[0] == ("1066", "about 1100")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({}, "is given no source; it must have exactly one of table, weights, zipf"),
        ({"table": "birds", "weights": [1]}, "is given table and weights; it must have exactly"),
        ({"weights": []}, "weights\n  List should have at least 1 item"),
        ({"weights": [0, 0]}, "weights are all 0"),
        ({"weights": [1, -1]}, "weights.1\n  Input should be greater than or equal to 0"),
        ({"weights": [math.nan]}, "weights.0\n  Input should be"),
        ({"weights": [math.inf]}, "weights.0\n  Input should be a finite number"),
        ({"zipf": {"items": 0}}, "zipf.items\n  Input should be greater than or equal to 1"),
        (
            {"zipf": {"items": 3, "exponent": -1}},
            "zipf.exponent\n  Input should be greater than or",
        ),
        (
            {"zipf": {"items": 3, "shift": -1}},
            "zipf.shift\n  Input should be greater than or equal to 0",
        ),
        ({"table": "birds", "wrong_values": 33}, "wrong_values\n  Input should be less than or"),
        ({"table": "birds", "wrong_values": -1}, "wrong_values\n  Input should be greater than"),
        ({"weights": [1], "wrong": "near"}, 'wrong is "near" with weights'),
        ({"table": "birds", "wrongs": 3}, "Extra inputs are not permitted"),
    ],
)
def test_a_spec_outside_its_range_is_refused_in_plain_words(
    spec: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        EncyclopediaSpec(**spec)
    assert said in str(caught.value)


def test_a_spec_survives_the_way_through_a_file() -> None:
    spec = EncyclopediaSpec(zipf=Zipf(items=3), wrong_values=1)
    assert EncyclopediaSpec.model_validate_json(spec.model_dump_json()) == spec

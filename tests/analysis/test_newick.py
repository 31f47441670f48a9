"""Trees of claims, read back by a library of their own."""

import newick as reader
import numpy as np
import pandas as pd
import pytest

from analysis.formats.newick import newick, trees


def read(text: str) -> list[reader.Node]:
    """Trees; the library takes a last line's end for a tree of its own."""
    return reader.loads(text.rstrip("\n"))


def arrays(*columns: list[int]) -> list[np.ndarray]:
    return [np.array(column, dtype=np.int64) for column in columns]


def test_a_tree_is_read_back_with_its_branches_and_names() -> None:
    event, parent, step = arrays([4, 7, 8, 9, 11], [-1, 4, 4, 8, 8], [2, 3, 5, 5, 9])
    [root] = read(newick(event, parent, step, ["a", "b", "c", "d", "e"]))
    assert root.unquoted_name == "a" and root.length == 0
    b, c = root.descendants
    assert (b.unquoted_name, b.length, b.descendants) == ("b", 1, [])
    assert (c.unquoted_name, c.length) == ("c", 3)
    assert [(tip.unquoted_name, tip.length) for tip in c.descendants] == [("d", 0), ("e", 4)]


def test_several_first_events_are_several_trees_one_a_line() -> None:
    event, parent, step = arrays([0, 1, 2, 3], [-1, -1, 1, 0], [4, 1, 2, 6])
    text = newick(event, parent, step, list("abcd"))
    assert text == "('c':1)'b';\n('d':2)'a';\n"
    assert [tree.unquoted_name for tree in read(text)] == ["b", "a"]


@pytest.mark.parametrize(
    "name", ["it's", "a''b", "'x'", "a b", "a_b", "(x,y):1;", "[note]", "café", '"q"']
)
def test_any_letters_can_stand_in_a_name(name: str) -> None:
    event, parent, step = arrays([0, 1], [-1, 0], [0, 1])
    [root] = read(newick(event, parent, step, [name, name + "!"]))
    assert root.unquoted_name == name
    assert root.descendants[0].unquoted_name == name + "!"


def test_a_long_chain_is_no_trouble() -> None:
    n = 20_000
    event, step = np.arange(n), np.arange(n)
    text = newick(event, event - 1, step, [str(at) for at in range(n)])
    assert text.count("(") == n - 1 and text.endswith(")'0';\n")


@pytest.mark.parametrize(
    ("event", "parent", "step", "message"),
    [
        ([0, 0], [-1, -1], [0, 0], "given event 0 twice, allowed once"),
        ([0, 1], [-1, 5], [0, 0], "given event 1 from event 5, which is not among them"),
        ([0, 1], [-1, 0], [3, 2], "given event 1 before the one it came from"),
        ([0, 1, 2], [-1, 2, 1], [0, 0, 0], "given event 1, which comes from itself"),
    ],
)
def test_what_is_no_tree_is_refused_in_one_sentence(
    event: list[int], parent: list[int], step: list[int], message: str
) -> None:
    with pytest.raises(ValueError, match=message) as error:
        newick(*arrays(event, parent, step), ["x"] * len(event))
    assert "\n" not in str(error.value)


def claims() -> pd.DataFrame:
    """Two claims, whose events are numbered each from 0; the first has two origins."""
    rows = [
        (0, -1, "birds", "kiwi", "owls", "B", 3),
        (1, 0, "birds", "kiwi", "owls", "A", 4),
        (2, -1, "birds", "kiwi", "owls", "people-1", 4),
        (0, -1, "history", "Waterloo", "1816", "A", 2),
        (1, 0, "history", "Waterloo", "1816", "C", 7),
    ]
    columns = ["event", "parent", "domain", "item", "value", "author", "step"]
    return pd.DataFrame(rows, columns=columns)


def test_claims_are_told_apart_and_named_at_the_root() -> None:
    assert trees(claims()) == (
        "('A@4 #1':1)'B@3 #0 birds kiwi=owls';\n"
        "'people-1@4 #2 birds kiwi=owls';\n"
        "('C@7 #1':5)'A@2 #0 history Waterloo=1816';\n"
    )


def test_an_origin_may_have_an_empty_parent() -> None:
    table = claims().astype({"parent": "float"})
    table.loc[table["parent"] < 0, "parent"] = np.nan
    assert trees(table) == trees(claims())


def test_a_table_that_is_none_of_claims_is_refused() -> None:
    with pytest.raises(ValueError, match="claims: given a table without 'author'"):
        trees(claims().drop(columns="author"))

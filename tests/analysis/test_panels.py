"""What the small charts show, in which colour, and whether more of it is better."""

from analysis.panels import panels
from analysis.pictures.style import FALSE, HUMAN, INK, MACHINE


def test_false_is_red_humans_are_blue_and_less_falsehood_is_better() -> None:
    names = ("leading_false", "amplification", "divergence", "accuracy_common", "accuracy_edge")
    columns = [f"facts.{name}" for name in names]
    found = panels([*columns, "web.synthetic_share", "web.synthetic_read"], ["facts"])
    told = {panel.title: (panel.better, [line.colour for line in panel.lines]) for panel in found}
    assert told == {
        "How unlike the models write": ("", [MACHINE]),
        "Items a model has wrong": ("less", [FALSE]),
        "False text, over human error": ("less", [FALSE]),
        "Common and edge cases": ("more", [INK, MACHINE]),
        "Text written by models": ("", [MACHINE, HUMAN]),
    }


def test_what_each_model_has_is_drawn_with_its_range() -> None:
    (wrong, amplified) = panels(["facts.leading_false", "facts.amplification"], ["facts"])
    ends = ("", ".median", ".min", ".max")
    assert wrong.columns == [f"facts.leading_false{end}" for end in ends]
    assert amplified.columns == ["facts.amplification"]


def test_of_several_domains_the_first_that_has_it_is_shown() -> None:
    columns = ["b.divergence", "c.divergence", "c.divergence_groups"]
    assert [panel.columns[0] for panel in panels(columns, ["a", "b", "c"])] == [
        "c.divergence_groups"
    ]
    assert [panel.domain for panel in panels(columns[:2], ["a", "b", "c"])] == ["b"]

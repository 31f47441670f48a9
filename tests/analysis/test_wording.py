"""Numbers as people read them."""

import pytest

from analysis.wording import MINUS, number, signed


@pytest.mark.parametrize("value", [-1.0, -1200.0, -0.5, -2e-9, -0.123456])
def test_what_is_below_0_has_a_minus_and_no_hyphen(value: float) -> None:
    assert number(value) == signed(value) == MINUS + number(-value)
    assert "-" not in number(value, "share")

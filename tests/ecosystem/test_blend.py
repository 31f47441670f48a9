"""Mixing distributions: the dense product, with bits that nobody else can change."""

from collections.abc import Iterator

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from ecosystem.blend import Blend, padded
from ecosystem.sampling import Floats

MANY = 256
"""Sources beyond which a blend may be computed in another way."""


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """As a run has it."""
    with threadpool_limits(limits=1):
        yield


def sources(number: int, cells: int = 37, seed: int = 1) -> Floats:
    """(padded sources, cells), rows beyond `number` empty, as a stock holds them."""
    rows = np.zeros((padded(number), cells))
    rows[:number] = np.random.default_rng(seed).dirichlet(np.ones(cells), number)
    return rows


def weights(readers: int, number: int, columns: int, seed: int = 2) -> sp.csr_array:
    """(readers, columns) sparse weights on the first `number` sources."""
    rng = np.random.default_rng(seed)
    dense = np.zeros((readers, columns))
    dense[:, :number] = rng.random((readers, number)) * (rng.random((readers, number)) < 0.6)
    return sp.csr_array(dense)


@given(
    readers=st.integers(1, 40),
    number=st.integers(1, 60) | st.integers(MANY - 20, MANY + 40),
    cells=st.integers(1, 50),
    seed=st.integers(0, 99),
)
@settings(max_examples=60)
def test_a_blend_is_the_dense_product(readers: int, number: int, cells: int, seed: int) -> None:
    rows = sources(number, cells, seed)
    mix = weights(readers, number, rows.shape[0], seed)
    blend = Blend(mix, rows)
    exact = mix.toarray() @ rows
    for reader in np.random.default_rng(seed).permutation(readers).tolist():
        np.testing.assert_allclose(blend[reader], exact[reader], rtol=1e-13, atol=1e-15)
    some = np.arange(readers - 1, -1, -2)
    np.testing.assert_allclose(blend.take(some), exact[some], rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("number", [3, 16, 50, MANY + 10], ids=str)
@pytest.mark.parametrize("cells", [5, 1001])
def test_the_bits_of_a_row_do_not_depend_on_the_number_of_readers(number: int, cells: int) -> None:
    rows = sources(number, cells)
    mix = weights(40, number, rows.shape[0])
    whole = Blend(mix, rows)
    bits = [whole[reader].tobytes() for reader in range(40)]
    for readers in range(1, 41):
        fewer = Blend(sp.csr_array(mix[:readers]), rows)
        assert [fewer[reader].tobytes() for reader in range(readers)] == bits[:readers]


@pytest.mark.parametrize("number", [3, 16, 50, MANY + 10], ids=str)
def test_several_rows_at_once_have_the_bits_of_one_at_a_time(number: int) -> None:
    rows = sources(number)
    blend = Blend(weights(20, number, rows.shape[0]), rows)
    some = np.array([19, 0, 7, 8])
    taken = blend.take(some)
    for row, reader in zip(taken, some.tolist(), strict=True):
        assert row.tobytes() == blend[reader].tobytes()


@pytest.mark.parametrize("number", [3, 15, 16, 31, 100, MANY - 1, MANY], ids=str)
@pytest.mark.parametrize("cells", [3, 33, 3000])
def test_the_bits_of_a_row_do_not_depend_on_a_source_that_nobody_reads(
    number: int, cells: int
) -> None:
    rows = sources(number, cells)
    more = np.zeros((padded(number + 1), cells))
    more[:number] = rows[:number]
    more[number] = sources(1, cells, seed=9)[0]
    mix = weights(12, number, rows.shape[0])
    wider = sp.csr_array((mix.data, mix.indices, mix.indptr), shape=(12, more.shape[0]))
    one, other = Blend(mix, rows), Blend(wider, more)
    for reader in range(12):
        assert one[reader].tobytes() == other[reader].tobytes()


@given(rows=st.integers(0, 5000))
def test_rows_are_padded_to_whole_blocks_of_sixteen(rows: int) -> None:
    assert padded(rows) % 16 == 0
    assert max(rows, 1) <= padded(rows) < max(rows, 1) + 16

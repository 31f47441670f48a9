"""A transformer as a learner, beyond what the contracts of all learners of words ask."""

import numpy as np
import pytest

from agents import transformer_training
from agents.decoding import Decoding
from ecosystem.corpus import Rows
from ecosystem.domains.prose import END, UNKNOWN
from tests.llm.small import learner, prose, read, stream
from tests.theory.verdict import holds


def test_it_learns_which_word_follows_which() -> None:
    domain = prose()
    rows = np.tile(np.array([[5, 6, 7, 8, END, END], [9, 8, 7, 6, END, END]], np.int32), (40, 1))
    model = learner(domain, epochs=60, learning_rate=0.02)
    model.fit(Rows(rows), stream())
    written = {tuple(row) for row in model.write(200, stream()).rows.tolist()}
    assert {tuple(row) for row in rows.tolist()} <= written
    chances = model.plain().chances(rows[:2])
    assert (np.abs(chances[:, 0] - 0.5) < 0.1).all()
    assert (chances[:, 1:] > 0.9).all()


def test_it_gets_to_know_human_text_better_than_words_by_themselves_could() -> None:
    """Below the entropy of words without their context, of text it has not read."""
    domain = prose()
    rows = domain.reference()[:4000]
    model = learner(domain, hidden=32, epochs=6, batch=16, learning_rate=0.01)
    model.fit(Rows(rows), stream())
    held = domain.held_out[:300]
    chosen = np.concatenate([np.ones((len(held), 1), bool), held[:, :-1] != END], axis=1)
    often = np.bincount(rows.ravel(), minlength=domain.tokens).astype(float)
    often[END] = (rows[:, -1] == END).sum()
    alone = -np.log(often[held[chosen]] / often.sum()).mean()
    assert -np.log(model.plain().chances(held)[chosen]).mean() < alone - 0.2


def test_in_float32_a_document_is_as_likely_read_as_written_to_a_millionth() -> None:
    domain = prose()
    single, double = (learner(domain, precision=p) for p in ("float32", "float64"))
    single.fit(read(domain), stream())
    double.weights = {name: weight.double() for name, weight in (single.weights or {}).items()}
    rows = single.write(300, stream()).rows
    one, other = (m.plain().chances(rows) for m in (single, double))
    np.testing.assert_allclose(one, other, rtol=2e-5)


@pytest.mark.parametrize("decoding", [Decoding(), Decoding(temperature=0.7, top_p=0.8)])
def test_it_writes_words_of_many_pieces_as_often_as_it_says(decoding: Decoding) -> None:
    """Here almost every word is spelled in several pieces, and many begin another."""
    domain = prose(width=3)
    model = learner(domain, decoding, pieces=48, epochs=2, learning_rate=0.01)
    model.fit(read(domain, 400), stream())
    spelled = model._spelling()
    assert (spelled._size[2:] > 1).mean() > 0.5
    assert (spelled._branches[spelled.words >= 0] > 0).sum() > 20
    written = model.write(20_000, stream()).rows
    documents, often = np.unique(written, axis=0, return_counts=True)
    common = documents[np.argsort(-often)[:30]]
    chances = model.voice().chances(common).prod(axis=1)
    family = {
        domain.words(row): ((written == row).all(axis=1), float(chance))
        for row, chance in zip(common, chances, strict=True)
    }
    holds(f"words of many pieces, {decoding}", 1, family)


def test_a_closed_vocabulary_is_blind_to_words_that_come_back_until_it_is_reopened() -> None:
    domain = prose()
    few = np.where(read(domain).rows < 30, read(domain).rows, UNKNOWN)
    new = np.full((30, domain.width), 100, dtype=np.int32)
    closed, opened = (learner(domain, vocabulary=v, epochs=4) for v in ("closed", "open"))
    for model in (closed, opened):
        model.fit(Rows(few), stream())
        model.fit(Rows(new), stream())
    assert not (closed.write(200, stream()).rows == 100).any()
    assert (closed.write(200, stream()).rows == UNKNOWN).any()
    assert (opened.write(200, stream()).rows == 100).any()
    tokenizer = closed.state()["tokenizer"]
    closed.reopen()
    closed.fit(Rows(new), stream())
    assert (closed.write(200, stream()).rows == 100).any()
    assert closed.state()["tokenizer"].tobytes() != tokenizer.tobytes()


def test_every_training_starts_from_nothing() -> None:
    domain = prose()
    before, fresh = learner(domain), learner(domain)
    before.fit(read(domain, seed=5), stream(9))
    for model in (before, fresh):
        model.fit(read(domain), stream())
    assert before.write(50, stream()).rows.tobytes() == fresh.write(50, stream()).rows.tobytes()


def test_other_draws_give_other_weights_and_the_global_stream_is_left_alone() -> None:
    import torch

    domain = prose()
    torch.manual_seed(4)
    expected = torch.rand(3)
    torch.manual_seed(4)
    one, other = learner(domain), learner(domain)
    one.fit(read(domain), stream(1))
    other.fit(read(domain), stream(2))
    assert torch.equal(torch.rand(3), expected)
    assert one.write(50, stream()).rows.tobytes() != other.write(50, stream()).rows.tobytes()


def test_it_computes_with_the_threads_asked_for_and_gives_them_back() -> None:
    import torch

    domain = prose()
    model = learner(domain, threads=2)
    before = torch.get_num_threads()
    seen = []
    network = model._network(model._spelling())
    with network.working(2):
        seen.append(torch.get_num_threads())
    model.fit(read(domain), stream())
    assert seen == [2]
    assert torch.get_num_threads() == before


def test_training_that_diverges_is_told_and_leaves_the_model_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    domain = prose()
    model = learner(domain)
    model.fit(read(domain), stream())
    before = model.write(20, stream()).rows.tobytes()
    monkeypatch.setattr(transformer_training, "_course", lambda step, steps: 1e38)
    with pytest.raises(ValueError, match=r"learning_rate: given 0.002, with which .* allowed a sm"):
        model.fit(read(domain), stream())
    assert model.write(20, stream()).rows.tobytes() == before

"""What the bench of prose counts as bare work is what a step fitted and wrote."""

from agents.learners.tokens import TokenLearner
from agents.ngram_voice import NgramVoice
from benchmarks.words import READ, noted, over_bare, world
from scenarios.build import build


def test_every_training_set_and_every_text_of_a_step_is_noted_once() -> None:
    there, other = build(world(3)), build(world(3))
    before = TokenLearner.fit, NgramVoice.write
    with noted() as work:
        there.step()
    assert (TokenLearner.fit, NgramVoice.write) == before
    assert [len(rows.rows) for _, rows in work.fits] == [READ] * 3
    # published, and then a sample of each for the table of documents to look at
    samples = [n for _, n in work.texts if n == 300]
    assert len(samples) == 3
    published = sum(n for _, n in work.texts) - sum(samples)
    assert 90 < published < 220
    assert work.again() > 0
    other.step()
    one, two = (model.models()[0].learners["prose"].state() for model in (there, other))
    assert one["codes"].tobytes() == two["codes"].tobytes()


def test_a_step_costs_more_than_its_bare_work() -> None:
    found = over_bare(3)
    assert found["step"] > 0.7 * found["bare"] > 0

"""Pretrained models: folders and GGUF files on this disk, wholly or by adapters; bad ones."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.learners.transformer import TransformerOptions
from agents.pretrained import digest, files
from run import main
from scenarios.complaints import ScenarioError
from scenarios.execution import Execution
from scenarios.job import Interrupted, Job, execute, store_checkpoint
from scenarios.store import load, replay
from tests.llm.small import learner, prose, read, stored, stream, world


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored(tmp_path_factory.mktemp("models") / "small")


def test_a_folder_is_fine_tuned_and_every_training_starts_from_it(folder: Path) -> None:
    domain = prose()
    model = learner(domain, pretrained=str(folder), epochs=2)
    model.try_out()
    model.fit(read(domain), stream())
    first = model.write(50, stream()).rows.tobytes()
    model.fit(read(domain, seed=8), stream())
    model.fit(read(domain), stream())
    assert model.write(50, stream()).rows.tobytes() == first


def test_adapters_share_the_base_weights_and_are_all_that_is_kept(folder: Path) -> None:
    domain = prose()
    one, other, full = (
        learner(domain, pretrained=str(folder), lora_rank=rank) for rank in (2, 2, 0)
    )
    network = one._network(one._spelling())
    base = {n: w.clone() for n, w in network.module.named_parameters() if n not in network.own}
    for i, model in enumerate((one, other, full)):
        model.fit(read(domain, seed=i), stream(i))
    assert other._network(other._spelling()) is network
    for name, weight in network.module.named_parameters():
        assert name in network.own or bool((weight == base[name]).all()), name
    own, every = (sum(a.nbytes for a in m.state().values()) for m in (one, full))
    assert own < every / 2
    assert one.write(50, stream()).rows.tobytes() != other.write(50, stream()).rows.tobytes()
    assert all("lora_" in key for key in one.state() if key.startswith("weights/"))


def test_adapters_do_nothing_before_they_are_trained(folder: Path) -> None:
    domain = prose()
    adapted, plain = (
        learner(domain, pretrained=str(folder), lora_rank=rank, learning_rate=1e-12)
        for rank in (2, 0)
    )
    for model in (adapted, plain):
        model.fit(read(domain, 10), stream())
    rows = read(domain).rows
    one, other = (m.plain().chances(rows) for m in (adapted, plain))
    np.testing.assert_allclose(one, other, rtol=1e-4)


# ---------------------------------------------------------------------- what is refused


def refused(capsys: pytest.CaptureFixture[str], **options: Any) -> str:
    """The one sentence that a run of a world with such learners ends in."""
    given = world(1).plain()
    for model in given["models"]:
        model["learner"] |= options
    from scenarios.scenario import Scenario

    with pytest.raises(ValueError) as error:
        Scenario.parse(given).run()
    said = str(error.value)
    assert "\n" not in said.strip()
    assert "allowed" in said
    return said


def test_what_is_not_a_model_is_refused_in_one_sentence(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "in which no model is" in refused(capsys, pretrained=str(empty))
    assert "is not there" in refused(capsys, pretrained="HuggingFaceTB/SmolLM2-135M")
    (tmp_path / "weights.bin").write_bytes(b"1")
    assert "given the file" in refused(capsys, pretrained=str(tmp_path / "weights.bin"))
    (tmp_path / "bad.gguf").write_bytes(b"not one")
    assert "cannot be loaded" in refused(capsys, pretrained=str(tmp_path / "bad.gguf"))


def test_pickled_weights_and_code_that_comes_with_a_model_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pickled = stored(tmp_path / "pickled")
    (pickled / "model.safetensors").rename(pickled / "pytorch_model.bin")
    assert "are pickled and could run code" in refused(capsys, pretrained=str(pickled))
    (pickled / "pytorch_model.bin").unlink()
    assert "without weights" in refused(capsys, pretrained=str(pickled))
    coded = stored(tmp_path / "coded")
    text = (coded / "config.json").read_text()
    (coded / "config.json").write_text(
        text.replace('"model_type": "llama"', '"model_type": "mine"').replace(
            "{", '{"auto_map": {"AutoConfig": "mine.Mine", "AutoModelForCausalLM": "mine.My"},', 1
        )
    )
    (coded / "mine.py").write_text("raise SystemExit('this code was run')")
    assert "cannot be loaded" in refused(capsys, pretrained=str(coded))


def test_a_tokenizer_that_does_not_match_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = stored(tmp_path / "other", vocabulary=20)
    assert "with the tokenizer it was trained with" in refused(capsys, pretrained=str(other))
    alone = stored(tmp_path / "alone")
    for each in alone.glob("tokenizer*"):
        each.unlink()
    assert "tokenizer cannot be loaded" in refused(capsys, pretrained=str(alone))


def test_a_document_longer_than_the_context_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short = stored(tmp_path / "short", context=12)
    assert "allowed a domain with a smaller width" in refused(capsys, pretrained=str(short))


def test_a_model_without_all_its_weights_is_refused_and_not_made_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    def changed(name: str, change: Callable[[dict[str, Any]], Any]) -> str:
        folder = stored(tmp_path / name)
        weights = load_file(folder / "model.safetensors")
        change(weights)
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
        return refused(capsys, pretrained=str(folder))

    key = "model.layers.0.mlp.up_proj.weight"
    assert f"1 parts of the network, such as {key}" in changed("less", lambda w: w.pop(key))
    other = changed("other", lambda w: w.update({key: torch.zeros(3, 3)}))
    assert f"1 parts of the network, such as {key}" in other
    assert "no numbers" in changed("nan", lambda w: w.update({key: w[key] * float("nan")}))


def test_a_model_that_is_not_causal_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from transformers import BertConfig, BertLMHeadModel, T5Config

    folder = stored(tmp_path / "ahead")
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    known = prose_tokens(folder)
    BertLMHeadModel(BertConfig(vocab_size=known, intermediate_size=32, **sizes)).save_pretrained(
        folder
    )
    assert "looks ahead" in refused(capsys, pretrained=str(folder))
    T5Config(vocab_size=known).save_pretrained(folder)
    assert "a model of type 't5'" in refused(capsys, pretrained=str(folder))


def prose_tokens(folder: Path) -> int:
    """Tokens of a stored tokenizer."""
    return int(json.loads((folder / "config.json").read_text())["vocab_size"])


def test_the_command_line_says_it_in_one_sentence_and_exits_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = ["run", "tiny_transformers", "--out", str(tmp_path / "out"), "--no-control"]
    monkeypatch.setattr(
        sys, "argv", ["run.py", *given, "--set", f"models.*.learner.pretrained={tmp_path}"]
    )
    with pytest.raises(SystemExit) as exit_code:
        main()
    assert exit_code.value.code == 2
    said = capsys.readouterr().err.strip()
    assert said.count("\n") == 0
    assert "in which no model is" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"hidden": 30, "heads": 4}, "allowed an even number for each head"),
        ({"lora_rank": 4}, "without a pretrained model"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        TransformerOptions(**options)


# ---------------------------------------------------------------------- a real one

REAL = """
import resource, numpy as np
from tests.llm.small import learner, prose, read, stream
domain = prose(vocabulary=20_000, width=24)
held = domain.held_out[:20]
given = {"pretrained": "smollm2", "batch": 4, "epochs": 1, "threads": 2}
as_it_came, tuned = (learner(domain, **given, learning_rate=r) for r in (1e-12, 2e-4))
tuned.try_out()
for model, documents in ((as_it_came, 2), (tuned, 24)):
    model.fit(read(domain, documents), stream())
    print(-np.log(model.plain().chances(held)).sum() / (held > 0).sum())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
print(domain.words(tuned.write(2, stream()).rows[0]))
"""


def test_smollm2_spells_all_words_learns_from_them_and_stays_within_6_gib() -> None:
    assert files("smollm2").gguf is not None
    done = subprocess.run([sys.executable, "-c", REAL], capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr[-2000:]
    *numbers, written = done.stdout.strip().splitlines()[-4:]
    before, after, gib = map(float, numbers)
    print(before, after, gib, written)
    assert after < before - 0.5
    assert gib < 6
    assert written


def test_an_interrupted_run_does_not_go_on_from_another_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = stored(tmp_path / "model")
    given = world(2, **{"models.*.learner.pretrained": str(folder)})
    job = Job(tmp_path / "run", control=False, report=False, checkpoint=0.0)

    def stopped(execution: Execution, work: Path) -> None:
        store_checkpoint(execution, work)
        raise KeyboardInterrupt

    monkeypatch.setattr("scenarios.job.store_checkpoint", stopped)
    with pytest.raises(Interrupted):
        execute(given, job)
    monkeypatch.undo()
    (folder / "more.txt").write_text("another model")
    digest.cache_clear()
    with pytest.raises(ScenarioError, match="is another run"):
        execute(given, replace(job, resume=True))
    (folder / "more.txt").unlink()
    digest.cache_clear()
    execute(given, replace(job, resume=True))
    assert load(tmp_path / "run")[0].manifest["steps"] == 2


def test_a_run_knows_the_model_it_started_from_and_is_not_replayed_from_another(
    tmp_path: Path,
) -> None:
    folder = stored(tmp_path / "model")
    given = world(1, **{"models.*.learner.pretrained": str(folder)})
    execute(given, Job(tmp_path / "run", control=False, report=False))
    (run,) = load(tmp_path / "run")
    assert list(run.manifest["pretrained"]) == [str(folder)]
    assert run.manifest["versions"]["torch"]
    assert all(replay(tmp_path / "run").values())
    (folder / "more.txt").write_text("another model")
    digest.cache_clear()
    with pytest.raises(ScenarioError, match="is not the one this run was made from"):
        replay(tmp_path / "run")

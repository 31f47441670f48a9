"""Bad input gets one plain sentence: field, given, allowed; exit code 2; nothing is written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scenarios.cli import main
from scenarios.complaints import ScenarioError
from scenarios.paths import assign
from scenarios.scenario import Scenario
from tests.conftest import small_world

EXERCISES: dict[str, Any] = {"domains": {"facts": {"kind": "exercises"}}}
TREE = {"kind": "classifier"}
BAD: dict[str, tuple[dict[str, Any], list[str]]] = {
    "unknown field": ({"stepps": 3}, ["stepps", "'steps'"]),
    "unknown field of a model": (
        {"models.0.decoding.temprature": 1},
        ["models.0.decoding.temprature", "'temperature'"],
    ),
    "unknown field of a learner": (
        {"models.0.learner.inertai": 1},
        ["models.0.learner.inertai", "'inertia'"],
    ),
    "unknown field of a site": ({"sites.0.atention": 1}, ["sites.0.atention", "'attention'"]),
    "unknown field of a domain": ({"domains.facts.tabel": "x"}, ["facts.tabel", "'table'"]),
    "unknown kind of learner": ({"models.0.learner.kind": "freqencies"}, ["'frequencies'"]),
    "unknown kind of policy": ({"policies": [{"kind": "detectr"}]}, ["policies.0", "'detector'"]),
    "a blocked author that does not exist": (
        {"policies": [{"kind": "blocklist", "authors": ["people", "alpah"]}]},
        ["policies.0.authors", "'alpah'", "no author", "'alpha'"],
    ),
    "a blocked site that does not exist": (
        {"policies": ["nothing", {"kind": "blocklist", "sites": ["frams"]}]},
        ["policies.1.sites", "'frams'", "no site", "'farm'"],
    ),
    "a reader of a blocklist that is no model": (
        {"policies": [{"kind": "blocklist", "readers": ["people-1"]}]},
        ["policies.0.readers", "'people-1'", "no model"],
    ),
    "unknown kind of domain": (
        {"domains.facts": {"kind": "prosa"}},
        ["domains.facts", "prosa", "'prose'"],
    ),
    "unknown schedule": ({"humans.0.volume": {"kind": "cubic"}}, ["volume", "cubic", "linear"]),
    "wrong type": ({"steps": "many"}, ["steps", "many", "whole number"]),
    "wrong type of a temperature": (
        {"models.0.decoding.temperature": "hot"},
        ["temperature", "'hot'", "number"],
    ),
    "steps of none": ({"steps": 0}, ["steps", "0", "at least 1"]),
    "negative volume": ({"humans.0.volume": -5}, ["humans.0.volume", "-5", "at least 0"]),
    "a volume that is no number": ({"humans.0.volume": float("nan")}, ["volume", "nan"]),
    "novelty of what has no items": (
        {**EXERCISES, "models.*.learner": TREE, "models.0.decoding": {"novelty": 0.1}},
        ["models.alpha.decoding.novelty: given 0.1", "kind exercises", "allowed 0"],
    ),
    "temperature of nothing": ({"models.0.decoding.temperature": 0}, ["temperature", "0.05"]),
    "shares that do not sum": (
        {"models.0.diet.takes": [{"share": 0.3}, {"share": 0.3}]},
        ["models.0.diet", "0.6", "allowed 1"],
    ),
    "a take of nothing": ({"models.0.diet.takes": [{"source": "web"}]}, ["share, k and all"]),
    "no takes": ({"models.0.diet.takes": []}, ["takes", "one or more"]),
    "a share of no documents": ({"models.0.diet.n": 0}, ["models.0.diet", "n:", "1 or more"]),
    "a site that does not exist": (
        {"models.0.diet.takes": [{"source": "fourm", "share": 1}]},
        ["models.alpha.diet.takes.0.source", "'fourm'", "'forum'"],
    ),
    "writing on a site that does not exist": (
        {"models.0.writes": {"fram": 1}},
        ["models.alpha.writes", "'fram'", "'farm'"],
    ),
    "a network of the wrong shape": (
        {"models.0.diet.takes.0.affinity": {"forum-1": 1, "forum-4": 1}},
        ["takes.0", "'forum-4'"],
    ),
    "all of what is unlimited": (
        {"models.0.diet.takes": [{"source": "stream", "all": True}]},
        ["takes.0", "'stream'", "finite"],
    ),
    "without replacement from what is unlimited": (
        {"models.0.diet.takes": [{"source": "stream", "share": 1, "replace": False}]},
        ["takes.0", "'stream'", "finite"],
    ),
    "a name used twice": ({"models.1.name": "alpha"}, ["'alpha'", "twice"]),
    "a group's member used twice": ({"models.1.name": "people-2"}, ["'people-2'", "twice"]),
    "an unknown domain": (
        {"models.0.volume": {"by_domain": {"fatcs": 5}}},
        ["models.alpha.volume", "'fatcs'", "'facts'"],
    ),
    "a reader that does not exist": ({"sites.0.readers": ["alhpa"]}, ["'alhpa'", "'alpha'"]),
    "a site that lets nobody read": (
        {"sites.4.readers": ["beta"], "models.0.diet.takes": [{"source": "private", "share": 1}]},
        ["takes.0.source", "alpha"],
    ),
    "a stationary start of what is kept for ever": (
        {"sites.4.start": "stationary"},
        ["sites.private.start", "stationary"],
    ),
    "stop before start": (
        {"policies": [{"kind": "detector", "start": 5, "stop": 3}]},
        ["policies.0", "stop", "3", "5"],
    ),
    "a probability above 1": ({"policies": [{"kind": "detector", "hit": 1.5}]}, ["hit", "1.5"]),
    "leaving before joining": ({"models.3.leave": 2}, ["models.3", "leave", "2", "3"]),
    "an unknown meter": ({"meters": ["hil"]}, ["meters", "'hil'", "'hill'"]),
    "no sites": ({"sites": []}, ["sites", "0", "at least 1"]),
    "no models": ({"models": []}, ["models", "at least 1"]),
    "a bad name": ({"name": "a/b"}, ["name", "a/b"]),
    "a date that is none": ({"calendar.start": "2022-13-01"}, ["calendar.start", "2022-13-01"]),
    "two sources of a domain": (
        {"domains.facts.table": "birds"},
        ["domains.facts", "exactly one of"],
    ),
    "a falling table of steps": (
        {"humans.0.volume": {"kind": "table", "steps": [3, 1], "values": [1, 2]}},
        ["steps", "rising"],
    ),
    "an estimator that is not on the list": (
        {**EXERCISES, "models.0.learner": {"kind": "classifier", "estimator": "os.system"}},
        ["models.0.learner: estimator", "'os.system'", "allowed"],
    ),
    "an estimator for another task": (
        {**EXERCISES, "models.0.learner": {"kind": "classifier", "estimator": "Ridge"}},
        ["estimator", "'Ridge'", "classifier"],
    ),
    "a parameter that the estimator does not have": (
        {**EXERCISES, "models.0.learner": TREE | {"parameters": {"max_dept": 3}}},
        ["parameters.max_dept", "'max_depth'"],
    ),
    "a parameter that scikit-learn refuses": (
        {**EXERCISES, "models.0.learner": TREE | {"parameters": {"max_depth": -1}}},
        ["max_depth", "-1", "[1, inf)"],
    ),
    "a seed of its own": (
        {**EXERCISES, "models.0.learner": TREE | {"parameters": {"random_state": 1}}},
        ["parameters.random_state", "1", "without"],
    ),
    "a parameter of no allowed type": (
        {**EXERCISES, "models.0.learner": TREE | {"parameters": {"max_depth": {"a": 1}}}},
        ["parameters.max_depth", "{'a': 1}", "a number"],
    ),
    "a learner of another kind of domain": (
        {**EXERCISES, "models.0.learner": {"kind": "gaussian"}},
        ["models.alpha.learner", "'gaussian'", "classifier"],
    ),
    "a start that has to be fitted": (
        {**EXERCISES, "models.*.learner": TREE, "models.0.start": "truth"},
        ["models.alpha.start", "'truth'", "'fitted'"],
    ),
    "an unknown family": (
        {"domains.facts": {"kind": "exercises", "families": ["leap yaers"]}},
        ["domains.facts.families", "leap yaers", "leap years"],
    ),
    "a family twice": (
        {"domains.facts": {"kind": "exercises", "families": ["grades", "grades"]}},
        ["domains.facts", "once"],
    ),
    "no family": (
        {"domains.facts": {"kind": "exercises", "families": []}},
        ["domains.facts.families", "at least 1"],
    ),
    "noise below nothing": (
        {
            "domains": {"facts": {"kind": "regression"}},
            "models.0.learner": {"kind": "regressor", "noise": -1},
        },
        ["models.0.learner.noise", "-1", "at least 0"],
    ),
    "a retention of nothing": ({"sites.0.retention": {"half_life": 0}}, ["half_life", "0"]),
}


@pytest.mark.parametrize("case", BAD)
def test_one_sentence_names_the_field_what_was_given_and_what_is_allowed(case: str) -> None:
    changes, phrases = BAD[case]
    given_ = small_world()
    for path, value in changes.items():
        assign(given_, path, value)
    with pytest.raises(ScenarioError) as refused:
        Scenario.parse(given_)
    message = str(refused.value)
    assert "\n" not in message and len(message) < 400, message
    for phrase in phrases:
        assert phrase in message, f"{phrase!r} not in {message!r}"


def command(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as ended:
        patch.setattr("sys.argv", ["run.py", *words])
        main()
    code = ended.value.code
    return int(code or 0), capsys.readouterr().err


REFUSED: dict[str, tuple[list[str], str]] = {
    "unknown scenario": (["run", "hapsburg"], "'habsburg'"),
    "unknown setting": (["run", "wright_fisher", "--set", "stpes=3"], "'steps'"),
    "setting without value": (["run", "wright_fisher", "--set", "steps"], "PATH=VALUE"),
    "setting of no member": (["run", "wright_fisher", "--set", "models.modle.every=2"], "'model'"),
    "novelty of pictures": (
        ["run", "average_face", "--set", "models.*.decoding.novelty=0.1"],
        "where nobody knows the item of a document; allowed 0",
    ),
    "unknown policy": (["run", "wright_fisher", "--policy", "detektor"], "'detector'"),
    "bad policy option": (["run", "wright_fisher", "--policy", "detector:hti=1"], "'hit'"),
    "steps of none": (["run", "wright_fisher", "--steps", "0"], "steps"),
    "negative seed": (["run", "wright_fisher", "--seed", "-1"], "seed"),
    "no replicates": (["run", "wright_fisher", "--replicates", "0"], "replicates"),
    "unknown list": (["list", "metres"], "'meters'"),
    "no run to report": (["report", "nowhere"], "not a folder"),
    "no run to replay": (["replay", "nowhere"], "not a folder"),
    "no run to compare": (["compare", "nowhere", "nowhere"], "not a folder"),
    "missing file": (["run", "missing.toml"], "not a file"),
    "a policy's option twice": (
        ["run", "wright_fisher", "--policy", "reopening:start=5,start=6"],
        "start twice",
    ),
    "a learner that does not suit": (
        ["run", "average_face", "--set", "models.0.learner.kind=ngram"],
        "given 'ngram' for the domain 'digits'",
    ),
    "either of several": (
        ["run", "average_face", "--set", "models.5.learner.bandwidth=-1"],
        "'scott' or 'silverman' or at least 0",
    ),
    "more components than the first documents": (
        ["run", "average_face", "--set", "models.4.start.documents=1"],
        "given 10 with a start of 1 documents",
    ),
    "no such text": (
        ["run", "same_voice", "--set", "domains.plays.text=nowhere.txt"],
        "domains.plays: text 'nowhere.txt' is not a file",
    ),
    "unknown option": (["run", "wright_fisher", "--sede", "1"], "--seed"),
    "option that is no number": (["run", "wright_fisher", "--steps", "few"], "--steps"),
    "unknown command": (["rnu", "wright_fisher"], "'rnu'"),
    "no run named": (["compare", "nowhere"], "DIR"),
    "too long a name": (["run", "wright_fisher", "--out", "a" * 300], "300 characters"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_command_ends_with_code_2_and_writes_nothing(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words, phrase = REFUSED[case]
    code, said = command(capsys, *words)
    assert code == 2, said
    assert phrase in said and len(said.strip().splitlines()) == 1, said
    assert not list(tmp_path.iterdir())


FILES: dict[str, tuple[bytes, str]] = {
    "syntax error": (b"name = 'x'\nsteps = = 3\n", "line 2"),
    "noise": (bytes(range(256)) * 20, "UTF-8"),
    "empty": (b"", "missing"),
    "a list at the top": (b"[[domains]]\nkind='x'\n", "missing"),
    "deep nesting": (b"a = " + b"[" * 5000 + b"]" * 5000, "deep"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_bad_file_ends_with_code_2(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, phrase = FILES[case]
    path = tmp_path / "bad.toml"
    path.write_bytes(text)
    code, said = command(capsys, "run", str(path), "--out", str(tmp_path / "out"))
    assert code == 2 and phrase in said and len(said.strip().splitlines()) == 1, said
    assert list(tmp_path.iterdir()) == [path]


def test_a_bad_table_is_said_with_its_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], small: Callable[..., Scenario]
) -> None:
    table = tmp_path / "own.csv"
    table.write_text("name,weight,value\nkiwi,1,a\nkakapo,-2,b\n")
    scenario = small({"domains.facts": {"kind": "encyclopedia", "table": "own.csv"}})
    file = tmp_path / "own.toml"
    file.write_text(scenario.to_toml())
    code, said = command(capsys, "run", str(file), "--out", str(tmp_path / "out"))
    assert code == 2 and "line 3" in said and "weight" in said, said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["own.csv", "own.toml"]


def test_a_table_given_another_kind_forgets_what_belonged_to_the_former() -> None:
    given = Scenario.load("edge_cases").with_(
        {
            "models.*.volume.value": 30,  # set first, and kept: kinds come before all else
            "models.*.volume.kind": "constant",
            "sites.0.kind": "farm",
        }
    )
    assert given.models[0].volume.value == 30
    assert given.sites[0].kind == "farm"
    assert given.sites[0].start == "stationary", "a named member keeps its fields"

"""Rules of the house that hold for every file, whoever wrote it.

Nothing of the machine it was written on, nothing loaded that can run code, no hidden randomness.
"""

import ast
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("ecosystem", "agents", "analysis", "scenarios")

# Put together from parts, so that this file does not hold what it forbids.
REGISTRY_HOSTS = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("pypi", "org"),
            ("pypi", "python", "org"),
            ("pythonhosted", "org"),
            ("anaconda", "org"),
            ("registry", "npmjs", "org"),
            ("proxy", "golang", "org"),
        )
    ),
    re.IGNORECASE,
)
# A slash that starts a path, not one inside a relative path or a URL.
MACHINE_PATHS = re.compile(
    r"(?<![\w.~-])/(?:" + "|".join(("home", "root", "Users", "work")) + r")/[\w.]"
    r"|\b[A-Z]:\\+Users\\"
)

RANDOM_MODULES = ("random", "numpy.random")
PICKLES = {"pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
# What a generator is made from; everything else lower case draws from a hidden global one.
OWN_STATE = {"default_rng", "bit_generator"}


def ours() -> list[str]:
    """Every tracked file and every new one that git would track."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git checkout")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode != 0:
        pytest.skip(f"git cannot read this checkout: {listing.stderr.strip()}")
    return sorted({name for name in listing.stdout.split("\0") if (ROOT / name).is_file()})


def holding(pattern: re.Pattern[str]) -> list[str]:
    """`file: what` for every file of ours in which the pattern occurs."""
    texts = ((name, (ROOT / name).read_bytes().decode("latin-1")) for name in ours())
    return [f"{name}: {hit.group()}" for name, text in texts if (hit := pattern.search(text))]


def test_no_file_names_a_package_registry() -> None:
    assert holding(REGISTRY_HOSTS) == []


def test_no_file_holds_a_path_of_someones_machine() -> None:
    assert holding(MACHINE_PATHS) == []


@pytest.mark.parametrize("folder", ["home", "root", "Users", "work"])
def test_a_path_of_a_machine_is_told_from_a_relative_path_or_a_url(folder: str) -> None:
    assert MACHINE_PATHS.search(f"see /{folder}/someone/notes")
    assert MACHINE_PATHS.search(f"file:///{folder}/someone")
    assert not MACHINE_PATHS.search(f"out/{folder}/someone")
    assert not MACHINE_PATHS.search(f"https://example.net/{folder}/page")


def imports(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Line, full name and local name of everything imported by an absolute import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                yield node.lineno, alias.name if alias.asname else top, alias.asname or top
                if not alias.asname and alias.name != top:
                    yield node.lineno, alias.name, ""
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield node.lineno, full, alias.asname or alias.name


def dotted(node: ast.expr) -> str:
    """`a.b.c` for a chain of attributes on a name, "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (start := dotted(node.value)):
        return f"{start}.{node.attr}"
    return ""


def names_used(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of everything imported or reached through an import."""
    full_name = {}
    for line, full, local in imports(tree):
        yield line, full
        full_name[local] = full
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (chain := dotted(node)):
            start, _, rest = chain.partition(".")
            if start in full_name:
                yield node.lineno, f"{full_name[start]}.{rest}"


def pickles(tree: ast.AST) -> set[tuple[int, str]]:
    """Modules that run code when they load, and the doors to them in numpy and pandas."""
    found = {(line, name) for line, name in names_used(tree) if name.split(".")[0] in PICKLES}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"read_pickle", "to_pickle"}:
            found.add((node.lineno, node.attr))
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            allowed = not (isinstance(node.value, ast.Constant) and node.value.value is False)
            found |= {(node.value.lineno, node.arg)} if allowed else set()
    return found


def code_from_text(tree: ast.AST) -> set[tuple[int, str]]:
    """Calls of the built-in eval and exec (a method of that name is something else)."""
    return {
        (node.lineno, name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (name := dotted(node.func).removeprefix("builtins.")) in {"eval", "exec"}
    }


def hidden_draws(tree: ast.AST) -> set[tuple[int, str]]:
    """Functions of `random` and `numpy.random` that draw from the global generator."""
    found = set()
    for line, name in names_used(tree):
        for module in RANDOM_MODULES:
            function = name.removeprefix(f"{module}.").split(".")[0]
            if name.startswith(f"{module}.") and function[0].islower():
                found |= {(line, name)} if function not in OWN_STATE else set()
    return found


Rule = Callable[[ast.AST], set[tuple[int, str]]]


@pytest.mark.parametrize("rule", [pickles, code_from_text, hidden_draws])
def test_our_packages_keep_the_rule(rule: Rule) -> None:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    files += [ROOT / "run.py"] if (ROOT / "run.py").exists() else []
    broken = [
        f"{path.relative_to(ROOT)}:{line} {what}"
        for path in files
        for line, what in sorted(rule(ast.parse(path.read_text(encoding="utf-8"))))
    ]
    assert broken == []


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (pickles, "import pickle"),
        (pickles, "def load():\n    from pickle import loads"),
        (pickles, "import joblib as j"),
        (pickles, "frame.to_pickle(path)"),
        (pickles, "np.load(path, allow_pickle=True)"),
        (code_from_text, "eval(text)"),
        (code_from_text, "import builtins\nbuiltins.exec(text)"),
        (hidden_draws, "import numpy as np\nnp.random.normal(size=3)"),
        (hidden_draws, "import numpy\nnumpy.random.seed(1)"),
        (hidden_draws, "import numpy.random as r\ndef f():\n    return r.rand()"),
        (hidden_draws, "import numpy.random\nnumpy.random.rand()"),
        (hidden_draws, "from numpy import random\nrandom.rand()"),
        (hidden_draws, "from numpy.random import poisson as p"),
        (hidden_draws, "import random\nrandom.shuffle(xs)"),
        (hidden_draws, "from random import choice"),
    ],
)
def test_a_breach_of_the_rule_is_found(rule: Rule, source: str) -> None:
    assert rule(ast.parse(source))


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (pickles, "np.load(path, allow_pickle=False)"),
        (code_from_text, "network.eval()\nframe.eval('a + b')"),
        (hidden_draws, "import numpy as np\nnp.random.Generator(np.random.Philox(key=1)).random()"),
        (hidden_draws, "import numpy as np\nnp.random.default_rng(1)"),
        (hidden_draws, "from numpy.random import Generator\ndef f(rng: Generator): rng.normal()"),
        (hidden_draws, "import random\nrandom.Random(1).shuffle(xs)"),
        (hidden_draws, "self.model.random.shuffle(xs)"),
    ],
)
def test_what_only_looks_like_a_breach_is_allowed(rule: Rule, source: str) -> None:
    assert not rule(ast.parse(source))

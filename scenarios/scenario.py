"""A scenario: everything one run needs, validated when loaded, to and from TOML."""

import importlib
import pkgutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, PrivateAttr, ValidationError, model_validator

from ecosystem.discovery import nearest
from ecosystem.parameter import CONVENTION, FREE, NAMED, about
from ecosystem.web import Site, WebRules
from scenarios import check, suits
from scenarios.complaints import ScenarioError, sentence
from scenarios.expectation import Expectation
from scenarios.parts import Calendar, DomainSpec, Humans, Models, Part, PolicySpec
from scenarios.paths import assign

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.run import Run

MOST_STEPS = 100_000
DomainName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
MOST_BYTES = 16 * 2**20


class Scenario(Part):
    """What happens in one run, frozen and validated."""

    name: str = Field(
        min_length=1,
        max_length=80,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$",
        description="names the run and its folder",
        json_schema_extra=about("none", NAMED),
    )
    title: str = Field(
        default="", description="heading of the report", json_schema_extra=about("none", NAMED)
    )
    question: str = Field(
        default="",
        description="what was asked, for the report",
        json_schema_extra=about("none", NAMED),
    )
    notes: str = Field(
        default="",
        description="reasons for the settings, for the report",
        json_schema_extra=about("none", NAMED),
    )
    steps: int = Field(
        default=40,
        ge=1,
        le=MOST_STEPS,
        description="times the loop runs; row 0 is the start",
        json_schema_extra=about("steps", FREE),
    )
    seed: int = Field(
        default=1,
        ge=0,
        lt=2**63,
        description="of all random streams; replicate r draws from (seed, r)",
        json_schema_extra=about("none", CONVENTION),
    )
    calendar: Calendar = Field(
        default=Calendar(),
        description="dates of the steps",
        json_schema_extra=about("none", CONVENTION),
    )
    domains: dict[DomainName, DomainSpec] = Field(
        min_length=1,
        description="fields of knowledge, by name",
        json_schema_extra=about("none", NAMED),
    )
    web: WebRules = Field(
        default=WebRules(),
        description="how attention is spread over the sites",
        json_schema_extra=about("none", CONVENTION),
    )
    sites: tuple[Site, ...] = Field(
        min_length=1,
        description="where documents stand",
        json_schema_extra=about("sites", NAMED),
    )
    humans: tuple[Humans, ...] = Field(
        default=(),
        description="human communities",
        json_schema_extra=about("communities", NAMED),
    )
    models: tuple[Models, ...] = Field(
        min_length=1,
        description="models that publish, crawl and retrain",
        json_schema_extra=about("models", NAMED),
    )
    policies: tuple[PolicySpec, ...] = Field(
        default=(),
        description="interventions, in the order in which they act",
        json_schema_extra=about("policies", FREE),
    )
    meters: tuple[str, ...] | Literal["all"] = Field(
        default="all",
        description="kinds of meters to read",
        json_schema_extra=about("none", CONVENTION),
    )
    measure_every: int = Field(
        default=1,
        ge=1,
        description="rows: the start and every so often",
        json_schema_extra=about("steps", CONVENTION),
    )
    costly_every: int = Field(
        default=1,
        ge=1,
        description="costly meters are read in every so manieth row, and in the last",
        json_schema_extra=about("rows", CONVENTION),
    )
    control: dict[str, Any] = Field(
        default={},
        description="settings by path that switch its mechanism off; run beside it for the report",
        json_schema_extra=about("none", CONVENTION),
    )
    items: bool = Field(
        default=True,
        description="keep what became of every item",
        json_schema_extra=about("none", CONVENTION),
    )
    ledger: bool = Field(
        default=True,
        description="keep who trained on what; kept anyway where a policy asks for kinship",
        json_schema_extra=about("none", CONVENTION),
    )
    kinship: bool | Literal["auto"] = Field(
        default="auto",
        description="carry kinship and inbreeding along with the ledger, whose cost grows with the "
        "square of authors and shelves; auto: up to 300 of them",
        json_schema_extra=about("none", CONVENTION),
    )
    lineage: int = Field(
        default=10,
        ge=0,
        le=1000,
        description="most successful falsehoods whose story is traced, in a second pass; 0 is off, "
        "and so is a run that keeps no items",
        json_schema_extra=about("falsehoods", CONVENTION),
    )
    expectations: tuple[Expectation, ...] = Field(
        default=(),
        description="what should come out of it; `run.py run --check` says whether it did",
        json_schema_extra=about("expectations", NAMED),
    )
    _folder: Path | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        check.references(self)
        suits.suits(self)
        self.controlled()
        return self

    @property
    def passes(self) -> int:
        """How often its steps are run: again for the lineage of falsehoods, where that is on."""
        return 2 if self.lineage and self.items and suits.counts(self) else 1

    def controlled(self) -> "Scenario | None":
        """The same scenario under the settings of its `control`; None where it has none.

        Raises:
            ValueError: a setting that cannot be.
        """
        if not self.control:
            return None
        try:
            off = {"expectations": (), **self.control, "control": {}}
            return self.with_(off, name=f"{self.name}_control")
        except ValueError as error:
            raise ValueError(f"control: {error}") from error

    @classmethod
    def parse(cls, given: Mapping[str, Any], folder: Path | None = None) -> Self:
        """A scenario from plain data; relative table paths start at `folder`.

        Raises:
            ScenarioError: one plain sentence: field, given, allowed.
        """
        try:
            scenario = cls.model_validate(dict(given))
        except ValidationError as error:
            raise ScenarioError(sentence(error, cls)) from error
        scenario._folder = folder
        return scenario

    @classmethod
    def load(cls, name: str | Path) -> Self:
        """A shipped scenario by name, or a TOML file."""
        path = Path(name)
        if path.suffix.lower() == ".toml" or path.is_file():
            return cls.from_toml(path)
        names = shipped()
        if str(name) not in names:
            raise ScenarioError(
                f"scenario: given {str(name)!r}, which is neither a shipped scenario nor a TOML "
                f"file; {nearest(str(name), names)}"
            )
        made: Self = importlib.import_module(scripts()[str(name)][0]).scenario()
        return made

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """A scenario from a TOML file."""
        if not path.is_file():
            raise ScenarioError(f"scenario: given {path}, which is not a file")
        if path.stat().st_size > MOST_BYTES:
            raise ScenarioError(f"{path.name}: larger than {MOST_BYTES // 2**20} MiB, too large")
        try:
            given = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise ScenarioError(f"{path.name}: not UTF-8 text, so not TOML") from error
        except tomllib.TOMLDecodeError as error:
            raise ScenarioError(f"{path.name}: not valid TOML: {error}") from error
        except RecursionError as error:
            raise ScenarioError(f"{path.name}: nested too deeply") from error
        return cls.parse(given, path.parent)

    def plain(self) -> dict[str, Any]:
        """The whole scenario as plain data, every default written out."""
        return self.model_dump(mode="json", exclude_none=True)

    def to_toml(self) -> str:
        """The scenario as TOML, only what differs from the defaults."""
        import tomli_w

        return tomli_w.dumps(_brief(self, self.plain()))

    def with_(self, changes: Mapping[str, Any] | None = None, **fields: Any) -> Self:
        """A copy with other values, by field or by path ('models.*.decoding.temperature')."""
        given = self.plain()
        each = {**(changes or {}), **fields}
        for path in sorted(each, key=lambda path: not path.endswith(".kind")):  # kinds first
            value = each[path]
            if hasattr(value, "model_dump"):
                value = value.model_dump(mode="json", exclude_none=True)
            assign(given, path, value)
        return self.parse(given, self._folder)

    def only(self, *domains: str) -> Self:
        """The same scenario with some of its domains.

        What happens in these is the same to the bit, since domains do not touch each other.

        Raises:
            ValueError: a domain that it does not have.
        """
        for domain in domains:
            if domain not in self.domains:
                raise ValueError(f"domains: given {domain!r}, {nearest(domain, self.domains)}")
        others = set(self.domains) - set(domains)
        given: Any = _without(self.plain(), others)
        if len(domains) == 1:
            given = _same_everywhere(given, domains[0])
        given["control"] = {}
        return self.parse(given, self._folder)

    def run(
        self, replicate: int = 0, progress: "Callable[[int, int], None] | None" = None
    ) -> "Run":
        """Run it in memory; see `scenarios.job.execute` for runs kept on disk."""
        from scenarios.execution import Execution

        return Execution(self, replicate).finish(progress)


def _without(value: Any, domains: set[str]) -> Any:
    """Plain data without what is said of some domains."""
    if isinstance(value, dict):
        return {k: _without(v, domains) for k, v in value.items() if k not in domains}
    return [_without(v, domains) for v in value] if isinstance(value, list) else value


def _same_everywhere(value: Any, domain: str) -> Any:
    """Plain data in which what holds by domain holds wherever there is only one."""
    if isinstance(value, dict):
        if value.keys() == {"by_domain"} and value["by_domain"].keys() == {domain}:
            return value["by_domain"][domain]
        return {k: _same_everywhere(v, domain) for k, v in value.items()}
    return [_same_everywhere(v, domain) for v in value] if isinstance(value, list) else value


def _brief(value: Any, plain: Any) -> Any:
    """Plain data without what equals its field's default; a kind is always said."""
    if isinstance(value, BaseModel) and isinstance(plain, dict):
        fields = type(value).model_fields
        return {
            key: _brief(getattr(value, key), inner)
            for key, inner in plain.items()
            if key not in fields
            or key == "kind"
            or getattr(value, key) != fields[key].get_default(call_default_factory=True)
        }
    if isinstance(value, Mapping) and isinstance(plain, dict):
        return {key: _brief(value[key], inner) for key, inner in plain.items() if key in value}
    if isinstance(value, tuple | list) and isinstance(plain, list):
        return [_brief(*pair) for pair in zip(value, plain, strict=True)]
    return plain


def shipped() -> dict[str, str]:
    """Shipped scenarios: name and first line of the script's docstring."""
    texts = {name: path.read_text(encoding="utf-8") for name, (_, path) in scripts().items()}
    return {name: text.split('"""')[1].strip().splitlines()[0] for name, text in texts.items()}


def scripts() -> dict[str, tuple[str, Path]]:
    """Shipped scenarios: name, module and file of the script."""
    here, found = Path(__file__).parent, {}
    for package in ("scenarios", "scenarios.published"):
        folder = here.parent.joinpath(*package.split("."))
        for module in pkgutil.iter_modules([str(folder)]):
            path = folder / f"{module.name}.py"
            if path.is_file() and "\ndef scenario(" in path.read_text(encoding="utf-8"):
                found[module.name] = (f"{package}.{module.name}", path)
    return found

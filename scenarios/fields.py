"""Field types of scenarios: values by domain, and kinds that are found by their folder."""

from collections.abc import Callable
from types import ModuleType
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Discriminator, Tag, ValidationError
from pydantic_core import PydanticCustomError, core_schema

from ecosystem.discovery import discover, nearest

T = TypeVar("T")


class ByDomain(BaseModel, Generic[T]):
    """One value per domain instead of one for all: `{by_domain = {birds = ..., ...}}`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    by_domain: dict[str, T]


def _tag(given: Any) -> str:
    named = isinstance(given, dict) and "by_domain" in given
    return "each" if named or isinstance(given, ByDomain) else "one"


def per_domain(kind: Any) -> Any:
    """The type of a field that holds a value for all domains, or one for each."""
    return Annotated[
        Annotated[kind, Tag("one")] | Annotated[ByDomain[kind], Tag("each")],
        Discriminator(_tag),
    ]


def in_domain(value: Any, domain: str) -> Any:
    """The value that holds in a domain; None where a by-domain value does not name it."""
    return value.by_domain.get(domain) if isinstance(value, ByDomain) else value


class Kinds:
    """A pydantic field whose classes are found by scanning a folder, chosen by `kind`.

    Args:
        package: the folder.
        base: the class they derive from.
        options: from a found class to the pydantic class of its settings.
    """

    def __init__(
        self, package: ModuleType, base: type, options: Callable[[Any], type[BaseModel]]
    ) -> None:
        self.package = package
        self.base = base
        self.options = options
        self._found: dict[tuple[str, ...], dict[str, type[BaseModel]]] = {}

    def found(self) -> dict[str, type[BaseModel]]:
        """Settings classes by kind; a folder is scanned once."""
        folders = tuple(self.package.__path__)
        if folders not in self._found:
            kinds = discover(self.package, self.base)
            self._found[folders] = {kind: self.options(found) for kind, found in kinds.items()}
        return self._found[folders]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self._validate,
            serialization=core_schema.plain_serializer_function_ser_schema(self._dump),
        )

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        choices: list[dict[str, Any]] = [{"enum": list(self.found())}]
        for kind, options in self.found().items():
            choice = handler(options.__pydantic_core_schema__)
            fields = handler.resolve_ref_schema(choice)
            fields.setdefault("properties", {})["kind"] = {"const": kind}
            choices.append(choice)
        return {"anyOf": choices}

    def _validate(self, given: Any) -> Any:
        if isinstance(given, str):
            given = {"kind": given}
        found = self.found()
        if isinstance(given, tuple(found.values())):
            return given
        if not isinstance(given, dict) or "kind" not in given:
            raise PydanticCustomError("kind", "no kind given, allowed {kinds}", _kinds(found))
        options = found.get(given["kind"]) if isinstance(given["kind"], str) else None
        if options is None:
            hint = nearest(str(given["kind"])[:60], found)
            kind = repr(given["kind"])
            kind = kind if len(kind) <= 60 else f"{kind[:57]}..."
            raise PydanticCustomError(
                "kind", "given the kind {kind}, {hint}", {"kind": kind, "hint": hint}
            )
        fields = dict(given)
        if "kind" not in options.model_fields:
            fields.pop("kind")
        try:
            return options.model_validate(fields)
        except ValidationError as error:
            raise NestedError(error) from error

    @staticmethod
    def _dump(value: Any) -> dict[str, Any]:
        dumped: dict[str, Any] = value.model_dump(mode="json", exclude_none=True)
        return {"kind": value.kind, **dumped}


class NestedError(ValueError):
    """A validation error inside a field of a found kind; carries the whole of it."""

    def __init__(self, error: ValidationError) -> None:
        super().__init__(str(error))
        self.error = error


def _kinds(found: dict[str, Any]) -> dict[str, str]:
    return {"kinds": ", ".join(found)}

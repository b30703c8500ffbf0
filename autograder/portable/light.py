"""Frozen records of typed fields, in plain Python: the part of pydantic that a student's machine needs.

Pydantic is compiled, and a hosted notebook brings a version of its own. Checks are such records everywhere; the models of
course files and of records that travel are pydantic's where it is installed, see `validated`, and these elsewhere.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar, Union, get_args, get_origin

from autograder.errors import said_of
from autograder.portable import unfit
from autograder.portable.older import hints_of
from autograder.portable.unfit import Unfit
from autograder.text import Text

if TYPE_CHECKING:
    from typing import dataclass_transform
else:

    def dataclass_transform(**_: Any) -> Any:
        """Do nothing: it is for type checkers."""
        return lambda kind: kind


Model = TypeVar("Model", bound="BaseModel")
ConfigDict = dict
InitErrorDetails = dict
ModelWrapValidatorHandler = Any
MISSING: Any = object()
BOUNDS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
    "max_length": operator.le,
    "min_length": operator.ge,
}


class ValidationError(ValueError):
    """All that is wrong with a record: `errors()` gives place and message of each, `said` all in both languages."""

    def __init__(self, title: str, problems: Iterable[tuple[Any, Text]]) -> None:
        self.problems = list(problems)
        parts = [unfit.ABOUT.format(place=".".join(map(str, place)), said=said) for place, said in self.problems]
        self.said = unfit.ABOUT.format(place=title, said=Text.joined(parts, "; "))
        super().__init__(self.said.en)

    def errors(self, **_: Any) -> list[dict[str, Any]]:
        """Return `{"loc", "msg", "type", "input", "ctx"}` of each."""
        about = {"type": "value_error", "input": None}
        return [{"loc": tuple(place), "msg": said.en, "ctx": {"said": said}, **about} for place, said in self.problems]

    @classmethod
    def from_exception_data(cls, title: str, errors: Iterable[Mapping[str, Any]]) -> ValidationError:
        """Return the error of several."""
        return cls(title, [(error["loc"], said_of(error["type"])) for error in errors])


class PydanticCustomError(ValueError):
    """A message for the one who wrote the value."""

    def __init__(self, kind: str, template: str, context: Mapping[str, Any]) -> None:  # noqa: ARG002
        super().__init__(template.format(**context))
        self.said = context.get("said")


@dataclass(frozen=True, eq=False)  # two are never the same, and each can be hashed
class FieldInfo:
    """A default, and bounds of a number or of a length."""

    default: Any = MISSING
    default_factory: Callable[[], Any] | None = None
    exclude: bool = False
    bounds: Mapping[str, Any] = field(default_factory=dict)

    def first(self) -> Any:
        """Return a new default value, `MISSING` where there is none."""
        if self.default is MISSING and not self.default_factory:
            return MISSING  # a copy of it would be another object, and pass for a value
        return self.default_factory() if self.default_factory else deepcopy(self.default)

    def checked(self, value: Any) -> Any:
        """Return the value.

        Raises:
            ValueError: Where it is out of bounds.
        """
        for name, bound in self.bounds.items():
            size = len(value) if name.endswith("length") else value
            if name in BOUNDS and not BOUNDS[name](size, bound):
                raise Unfit(unfit.BOUND, value=value, name=name, bound=bound)
        return value


def Field(  # noqa: N802  # as pydantic calls it
    default: Any = MISSING, *, default_factory: Callable[[], Any] | None = None, exclude: bool = False, **bounds: Any
) -> Any:
    """Return what says more of a field."""
    return FieldInfo(default, default_factory, exclude, bounds)


@dataclass(frozen=True)
class BeforeValidator:
    """A function of the value as it is written."""

    func: Callable[[Any], Any]


@dataclass(frozen=True)
class AfterValidator:
    """A function of the value of the right type."""

    func: Callable[[Any], Any]


@dataclass(frozen=True)
class WrapValidator:
    """A function of the value as it is written, and of what makes it the right type."""

    func: Callable[[Any, Any, ValidationInfo], Any]


@dataclass(frozen=True)
class ValidationInfo:
    """What a validator is told besides the value."""

    context: Mapping[str, Any] | None = None


NO_CONTEXT = ValidationInfo()


class PlainSerializer:
    """How a value stands in JSON. Nothing is written here that is not written by staff, who have pydantic."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass


def _unchanged(*_: Any, **__: Any) -> Any:
    """Return a decorator that changes nothing: who wrote a course has it looked at where pydantic is."""
    return lambda function: function


field_validator = model_validator = _unchanged


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(Field,))
class BaseModel:
    """A frozen record.

    Attributes:
        model_config: `extra` is forbid, ignore or allow.
    """

    model_config: ClassVar[Any] = {}
    model_fields: ClassVar[dict[str, FieldInfo]] = {}
    _hints: ClassVar[dict[str, Any] | None] = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._hints = None
        cls.model_fields = dict(cls.model_fields)
        for name, written in cls.__dict__.get("__annotations__", {}).items():  # noqa: RUF063
            if name.startswith("_") or name in ("model_config", "model_fields") or "ClassVar" in str(written):
                continue
            default = cls.__dict__.get(name, MISSING)
            cls.model_fields[name] = default if isinstance(default, FieldInfo) else FieldInfo(default)
            if isinstance(default, FieldInfo):
                delattr(cls, name)

    def __init__(self, **values: Any) -> None:
        kept = _read(type(self), values)
        for name, value in kept.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        if name in self.model_fields or not hasattr(type(self), name):
            raise AttributeError(f"{type(self).__name__} is frozen: {name}")
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), repr(self)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._values().items())})"

    def _values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields}

    @classmethod
    def model_validate(cls: type[Model], value: object, **_: Any) -> Model:
        """Return the record that a mapping describes; raises `ValidationError`."""
        if isinstance(value, cls):
            return value
        if not isinstance(value, Mapping):
            raise ValidationError(cls.__name__, [((), unfit.MAPPING.format(value=type(value).__name__))])
        return cls(**{str(key): entry for key, entry in value.items()})

    @classmethod
    def model_validate_json(cls: type[Model], text: str | bytes) -> Model:
        """Return the record that JSON describes; raises `ValidationError`."""
        try:
            return cls.model_validate(json.loads(text))
        except RecursionError as error:
            raise ValidationError(cls.__name__, [((), unfit.TOO_DEEP)]) from error
        except ValidationError:
            raise
        except ValueError as error:
            raise ValidationError(cls.__name__, [((), said_of(error))]) from error

    def model_dump(
        self, *, mode: str = "python", include: Collection[str] | None = None, exclude: Collection[str] = ()
    ) -> dict[str, Any]:
        """Return the values; with the mode `json` as JSON has them.

        Args:
            include: The only ones.
            exclude: Not these.
        """
        left = {
            name: value
            for name, value in self._values().items()
            if not self.model_fields[name].exclude and (include is None or name in include) and name not in exclude
        }
        return {name: _dumped(value, mode == "json") for name, value in left.items()}

    def model_copy(self: Model, *, update: Mapping[str, Any] | None = None) -> Model:
        """Return a record with other values."""
        new = object.__new__(type(self))
        for name, value in {**self.__dict__, **(update or {})}.items():
            object.__setattr__(new, name, value)
        return new

    if not TYPE_CHECKING:
        model_fields_set: frozenset[str] = frozenset()
        model_extra: dict[str, Any] | None = None


def _read(kind: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a record's fields; raises `ValidationError` with all that is wrong."""
    if kind._hints is None:
        kind._hints = hints_of(kind)
    problems: list[tuple[Any, Text]] = []
    found: dict[str, Any] = {}
    for name, info in kind.model_fields.items():
        if name not in values:
            found[name] = info.first()
            if found[name] is MISSING:
                problems.append(((name,), unfit.MISSING_KEY))
            continue
        try:
            found[name] = info.checked(as_kind(kind._hints[name], values[name]))
        except ValidationError as error:
            problems += [((name, *place), said) for place, said in error.problems]
        except (ValueError, TypeError) as error:
            problems.append(((name,), said_of(error)))
    extra = {name: value for name, value in values.items() if name not in kind.model_fields}
    allowed = kind.model_config.get("extra", "ignore")
    if allowed == "forbid":
        problems += [((name,), unfit.UNKNOWN_KEY) for name in extra]
    if problems:
        raise ValidationError(kind.__name__, problems)
    return {**found, "model_fields_set": frozenset(values), "model_extra": extra if allowed == "allow" else None}


def as_kind(hint: Any, value: Any) -> Any:
    """Return a value from JSON or YAML as what a type hint names.

    Raises:
        ValueError: Where it is none.
    """
    if hasattr(hint, "__metadata__"):
        return _annotated(hint, value)
    origin, parts = get_origin(hint), get_args(hint)
    if hint is Any or isinstance(hint, TypeVar):
        return value
    if origin is Literal:
        if not any(value == part and type(value) is type(part) for part in parts):
            raise Unfit(unfit.ONE_OF, known=", ".join(map(repr, parts)), value=value)
        return value
    if origin is Union or type(hint).__name__ == "UnionType":
        return _one_of(parts, value)
    if origin is tuple:
        return tuple(_entries(parts, value))
    if origin in (list, set, frozenset):
        return origin(_entries((*(parts or (Any,)), ...), value))
    if origin is dict:
        return _mapping(parts, value)
    return _single(hint, value)


def _annotated(hint: Any, value: Any) -> Any:
    for extra in reversed(hint.__metadata__):
        if isinstance(extra, BeforeValidator):
            value = extra.func(value)
    wraps = [extra for extra in hint.__metadata__ if isinstance(extra, WrapValidator)]
    kind = hint.__origin__
    value = wraps[0].func(value, lambda given: as_kind(kind, given), NO_CONTEXT) if wraps else as_kind(kind, value)
    for extra in hint.__metadata__:
        if isinstance(extra, FieldInfo):
            value = extra.checked(value)
        elif isinstance(extra, AfterValidator):
            value = extra.func(value)
    return value


def _one_of(parts: tuple[Any, ...], value: Any) -> Any:
    if value is None and type(None) in parts:
        return None
    problems = []
    for part in parts:
        try:
            return as_kind(part, value)
        except ValueError as error:
            problems.append(error)
    raise problems[0]


def _entries(parts: tuple[Any, ...], value: Any) -> Iterator[Any]:
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise Unfit(unfit.LIST, value=value)
    repeated = len(parts) == 2 and parts[1] is ...
    if not repeated and parts and len(value) != len(parts):
        raise Unfit(unfit.ENTRIES, wanted=len(parts), count=len(value))
    for position, entry in enumerate(value):
        kind = Any if not parts else parts[0] if repeated else parts[position]
        try:
            yield as_kind(kind, entry)
        except ValidationError as error:
            raise ValidationError("entry", [((position, *place), said) for place, said in error.problems]) from error


def _mapping(parts: tuple[Any, ...], value: Any) -> dict[Any, Any]:
    if not isinstance(value, Mapping):
        raise Unfit(unfit.MAPPING, value=repr(value))
    keys, entries = parts or (Any, Any)
    return {as_kind(keys, key): as_kind(entries, entry) for key, entry in value.items()}


def _single(kind: Any, value: Any) -> Any:
    """Return a value of one class: a number, a text, a path, a moment, a record."""
    if kind in (None, type(None)):
        if value is not None:
            raise Unfit(unfit.EMPTY, value=value)
        return None
    if kind is float and type(value) in (int, float):
        return float(value)
    if kind is tuple and isinstance(value, list):
        return tuple(value)
    if kind is Path and isinstance(value, (str, Path)):
        return Path(value)
    if kind is datetime and isinstance(value, str):
        return datetime.fromisoformat(value.replace("Z", "+00:00"))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.model_validate(value)
    if isinstance(kind, type) and is_dataclass(kind) and isinstance(value, Mapping):
        return kind(**value)
    right = isinstance(value, kind) and not (kind in (int, float) and isinstance(value, bool))
    if not right:
        raise Unfit(unfit.KIND, kind=getattr(kind, "__name__", kind), value=value)
    return value


def _dumped(value: Any, as_json: bool) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json" if as_json else "python")
    if isinstance(value, (list, tuple)):
        entries = [_dumped(entry, as_json) for entry in value]
        return entries if as_json or isinstance(value, list) else tuple(entries)
    if isinstance(value, dict):
        return {key: _dumped(entry, as_json) for key, entry in value.items()}
    if as_json and is_dataclass(value):
        return {name: _dumped(entry, as_json) for name, entry in vars(value).items()}
    if as_json and isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")  # as pydantic writes it
    return str(value) if as_json and isinstance(value, Path) else value

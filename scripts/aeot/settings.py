"""Settings: typed, bounded and frozen; errors are explained in one sentence."""

import json
from collections.abc import Iterable
from typing import Any, Self, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from aeot.errors import InputError
from aeot.resolved import note_settings


class Settings(BaseModel):
    """Base of every settings class: unknown keys are errors, and values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @classmethod
    def from_items(cls, items: Iterable[str]) -> Self:
        """Build the settings from `KEY=VALUE` words, as `--set` passes them.

        The resolved values are part of the record of the run (`aeot.resolved`).

        Raises:
            InputError: an unknown key, a wrong type or a value out of bounds.
        """
        settings = cls.checked(parse_items(items), "--set")
        note_settings(cls, settings.model_dump(mode="json"))
        return settings

    @classmethod
    def checked(cls, values: Any, where: str) -> Self:  # noqa: ANN401
        """Validate `values`; an error message states `where` they came from."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise InputError(explain(error, where, cls)) from None


def parse_items(items: Iterable[str]) -> dict[str, Any]:
    """Read `KEY=VALUE` words; a value is JSON where it parses as JSON, else a plain string."""
    values: dict[str, Any] = {}
    for item in items:
        key, equals, text = item.partition("=")
        if not equals:
            raise InputError(f"--set takes KEY=VALUE words, not {item!r}.")
        try:
            values[key] = json.loads(text)
        except json.JSONDecodeError:
            values[key] = text
    return values


def format_items(values: dict[str, Any]) -> list[str]:
    """Write settings as `KEY=VALUE` words: the inverse of `parse_items`."""
    return [f"{key}={_text(value)}" for key, value in sorted(values.items())]


def _text(value: object) -> str:
    """Write a value as JSON; a string has no quotes unless it would be read as another type."""
    if not isinstance(value, str):
        return json.dumps(value)
    try:
        json.loads(value)
    except json.JSONDecodeError:
        return value
    return json.dumps(value)


def explain(error: ValidationError, where: str, model: type[BaseModel]) -> str:
    """Convert pydantic's report to one sentence per fault: key, fault, and allowed values."""
    sentences = []
    for fault in error.errors():
        key = ".".join([*([where] if where else []), *map(str, fault["loc"])])
        if fault["type"] == "extra_forbidden":
            allowed = ", ".join(sorted(_fields(model, fault["loc"][:-1])))
            sentences.append(f"{key} is not a known key; known here: {allowed}.")
            continue
        message = fault["msg"].removeprefix("Value error, ")
        message = message[:1].lower() + message[1:]
        got = "" if fault["type"] == "missing" or not fault["loc"] else f" (got {fault['input']!r})"
        sentences.append(f"{key}: {message}{got}." if key else f"{message}{got}.")
    return " ".join(sentences)


def _fields(model: type[BaseModel], loc: tuple[int | str, ...]) -> Iterable[str]:
    """Keys that are known at a place inside a model."""
    for step in loc:
        field = model.model_fields.get(str(step))
        # A key of a mapping does not change the model, because it is already that of the values.
        inner = _model_in(field.annotation) if field else model
        model = inner or model
    return model.model_fields


def _model_in(annotation: object) -> type[BaseModel] | None:
    """Return the model class inside an annotation such as `X`, `X | None` or `dict[str, X]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(part) for part in get_args(annotation))
    return next((model for model in inner if model), None)

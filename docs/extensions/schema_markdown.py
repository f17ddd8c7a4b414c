"""Tables of settings, in Markdown, from a JSON schema as pydantic writes it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_TYPES = {"string": "text", "integer": "integer", "number": "number", "boolean": "true or false",
          "null": "none", "object": "mapping"}  # fmt: skip
_BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def sections(schema: Schema, level: int = 2) -> str:
    """Describe every key of a configuration, with a section for each mapping of known keys.

    A mapping that several keys share is described once, at the outermost of them.

    Args:
        schema: JSON schema of the whole configuration.
        level: level of the first headings.
    """
    definitions = schema.get("$defs", {})
    found = list(_mappings(schema, definitions, ""))
    homes: dict[str, str] = {}
    for path, entry in sorted(found, key=lambda pair: pair[0].count(".")):
        homes.setdefault(entry.get("$ref", path), path)
    parts = [f"{'#' * level} All keys", table(schema, definitions, homes)]
    for path, entry in found:
        if homes[entry.get("$ref", path)] == path:
            known = _resolved(entry, definitions)
            heading = "#" * (level + path.count(".") - path.count(".NAME"))
            parts += [f"{heading} `{path}`", *_sentence(known), table(known, definitions, homes)]
    return "\n\n".join(parts) + "\n"


def table(
    schema: Schema, definitions: Schema | None = None, homes: Mapping[str, str] | None = None
) -> str:
    """Write a table of the keys of one mapping.

    Args:
        schema: JSON schema of the mapping.
        definitions: definitions of the whole schema.
        homes: path under which a definition has its section.
    """
    rows = ["| key | value | default | meaning |", "|---|---|---|---|"]
    required = schema.get("required", [])
    for key, entry in schema.get("properties", {}).items():
        default = "required" if key in required else _default(entry)
        meaning = entry.get("description") or _meaning(entry, definitions or {})
        cells = (f"`{key}`", value(entry, homes or {}), default, meaning)
        rows.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
    return "\n".join(rows) if len(rows) > 2 else "It has no settings."


def value(entry: Schema, homes: Mapping[str, str]) -> str:
    """Describe in words which values a schema admits; `homes` as for `table`."""
    if "$ref" in entry:
        home = homes.get(entry["$ref"])
        return f"[mapping](#{anchor(home)})" if home else "mapping"
    if "anyOf" in entry:
        return " or ".join(dict.fromkeys(value(option, homes) for option in entry["anyOf"]))
    if "const" in entry:
        return f"`{entry['const']}`"
    if "enum" in entry:
        return " or ".join(f"`{word}`" for word in entry["enum"])
    kind, inner = entry.get("type"), _inner(entry)
    if kind == "array":
        return _list(entry, homes)
    if kind == "object" and inner and inner.keys() & {"$ref", "properties"}:
        return f"{value(inner, homes)} for each name"
    bounds = [
        f"{sign}\N{NO-BREAK SPACE}{entry[word]:g}"
        for word, sign in _BOUNDS.items()
        if word in entry
    ]
    return ", ".join([_TYPES.get(str(kind), "any"), *bounds])


def anchor(path: str) -> str:
    """Return the anchor of the heading of a section, as GitHub and MyST make it."""
    return path.lower().replace(".", "")


def _list(entry: Schema, homes: Mapping[str, str]) -> str:
    items = entry.get("items", {})
    least = f", {entry['minItems']} or more" if "minItems" in entry else ""
    return f"list of {value(items, homes)}{least}" if items else f"list{least}"


def _default(entry: Schema) -> str:
    if "$ref" in entry or "default" not in entry:
        return ""
    return "none" if entry["default"] is None else f"`{json.dumps(entry['default'])}`"


def _mappings(schema: Schema, definitions: Schema, path: str) -> Iterator[tuple[str, Schema]]:
    """Yield every mapping of known keys below a schema, with its path, from the outside in."""
    for key, entry in schema.get("properties", {}).items():
        at = f"{path}.{key}" if path else key
        for option in entry.get("anyOf", [entry]):
            inner = _inner(option)
            found = option if inner is None else inner
            place = at if inner is None else f"{at}.NAME"
            known = _resolved(found, definitions)
            if "properties" in known:
                yield place, found
                yield from _mappings(known, definitions, place)


def _inner(entry: Schema) -> Schema | None:
    """Return the schema of the values of a mapping from names."""
    values = entry.get("additionalProperties")
    return values if isinstance(values, Mapping) else None


def _sentence(schema: Schema) -> list[str]:
    """Return the first paragraph of a description, in a list; an empty list where there is none."""
    return schema.get("description", "").split("\n\n")[:1]


def _meaning(entry: Schema, definitions: Schema) -> str:
    """Return the description of the definition, for a key without a description."""
    options = entry.get("anyOf", [entry])
    found = [_inner(option) or option for option in options]
    known = [_resolved(option, definitions) for option in found if "$ref" in option]
    return "".join(_sentence(known[0])) if known else ""


def _resolved(entry: Schema, definitions: Schema) -> Schema:
    return definitions[entry["$ref"].rsplit("/", 1)[1]] if "$ref" in entry else entry

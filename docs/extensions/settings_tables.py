"""Directives that write tables of settings: of the configuration, and of registered parts."""

import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from schema_markdown import sections, table
from sphinx.util.docutils import SphinxDirective

from aeot.registry import resolve

if TYPE_CHECKING:
    from sphinx.application import Sphinx

SCHEMA = Path(__file__).resolve().parents[2] / "config" / "schema.json"


class ConfigurationKeys(SphinxDirective):
    """Every key of the configuration, from config/schema.json."""

    def run(self) -> list[nodes.Node]:
        """Write the sections."""
        self.env.note_dependency(str(SCHEMA))
        text = sections(json.loads(SCHEMA.read_text(encoding="utf-8")))
        return self.parse_text_to_nodes(text, allow_section_headings=True)


class RegisteredSettings(SphinxDirective):
    """A section for each entry of a registry: its description and its settings.

    The argument names the registry, such as `aeot.models:IMAGE_MODELS`; the option `part` names the
    settings class in an entry that is a folder or a class. Without it, the entry is that class.
    """

    required_arguments = 1
    option_spec = {"part": str}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """Write the sections."""
        module, _, name = self.arguments[0].partition(":")
        registry = getattr(import_module(module), name)
        text = "\n\n".join(self._section(registry, entry) for entry in registry)
        return self.parse_text_to_nodes(text, allow_section_headings=True)

    def _section(self, registry: dict[str, str], entry: str) -> str:
        described, settings = _parts(registry, entry, self.options.get("part", ""))
        summary = (described.__doc__ or "").strip().splitlines()[0]
        return f"### `{entry}`\n\n{summary}\n\n{table(settings.model_json_schema())}"


def _parts(registry: dict[str, str], entry: str, part: str) -> tuple[Any, Any]:
    """Return what describes an entry of a registry, and its settings class."""
    if ":" in part:
        folder = import_module(registry[entry])
        return folder, resolve({entry: f"{registry[entry]}.{part}"}, entry, "part")
    kind = resolve(registry, entry, "part")
    return kind, getattr(kind, part) if part else kind


class SettingsTable(SphinxDirective):
    """The fields of one settings class, `module:Class`."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the table."""
        kind = resolve({"it": self.arguments[0]}, "it", "settings class")
        return self.parse_text_to_nodes(table(kind.model_json_schema()))


def setup(app: "Sphinx") -> dict[str, bool]:
    """Register the directives."""
    app.add_directive("configuration-keys", ConfigurationKeys)
    app.add_directive("registered-settings", RegisteredSettings)
    app.add_directive("settings-table", SettingsTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

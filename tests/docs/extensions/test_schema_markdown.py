"""Tables of settings: they show every key of a schema, with its bounds, default and meaning."""

import json
import re
from pathlib import Path

import pytest
from pydantic import Field, PositiveInt
from schema_markdown import sections, table

from aeot.settings import Settings

SCHEMA = json.loads((Path(__file__).resolve().parents[3] / "config" / "schema.json").read_text())


class Inner(Settings):
    """What two keys take.

    A second paragraph.
    """

    depth: float = Field(0.5, gt=0, lt=1, description="of the | bar")


class Outer(Settings):
    """All of it."""

    count: PositiveInt
    word: str | None = None
    pages: list[str] = Field(["a"], min_length=1, description="listed")
    inner: Inner = Inner()
    named: dict[str, Inner] = Field({}, description="by name")
    free: dict[str, dict[str, int]] = {}


@pytest.fixture
def page():
    return sections(Outer.model_json_schema()).replace("\N{NO-BREAK SPACE}", " ")


def rows(text):
    return [re.split(r"(?<!\\)\|", line)[1:-1] for line in text.splitlines() if line[:3] == "| `"]


def keys(schema, definitions):
    """Every key of a mapping of known keys anywhere in a schema, by recursion over all of it."""
    found = {tuple(schema["properties"])} if "properties" in schema else set()
    for part in schema.values():
        parts = part if isinstance(part, list) else [part]
        for inner in (entry for entry in parts if isinstance(entry, dict)):
            found |= keys(inner, definitions)
    return found


def test_a_key_shows_its_type_bounds_default_and_meaning(page):
    assert "| `depth` | number, > 0, < 1 | `0.5` | of the \\| bar |" in page
    assert "| `count` | integer, > 0 | required |  |" in page
    assert "| `word` | text or none | none |  |" in page
    assert '| `pages` | list of text, 1 or more | `["a"]` | listed |' in page


def test_a_mapping_is_described_once_and_linked_from_wherever_it_is_taken(page):
    assert page.count("| `depth` |") == 1
    assert re.findall("^## (.*)$", page, re.MULTILINE) == ["All keys", "`inner`"]
    assert "| `inner` | [mapping](#inner) |  | What two keys take. |" in page
    assert "| `named` | [mapping](#inner) for each name | `{}` | by name |" in page
    assert "A second paragraph" not in page


def test_a_class_without_fields_has_no_table():
    assert table(Settings.model_json_schema()) == "It has no settings."


def test_the_page_of_the_configuration_has_every_key_and_what_it_means():
    found = rows(sections(SCHEMA))
    shown = {cell[0].strip(" `") for cell in found}
    wanted = {key for mapping in keys(SCHEMA, SCHEMA["$defs"]) for key in mapping}
    assert len(wanted) > 60
    assert wanted == shown
    assert [cells[0] for cells in found if len(cells) != 4 or not cells[3].strip()] == []


def test_every_link_of_the_page_leads_to_a_heading_of_it():
    text = sections(SCHEMA)
    headings = {
        re.sub(r"[^\w ]", "", h).lower() for h in re.findall("^#+ (.*)$", text, re.MULTILINE)
    }
    links = set(re.findall(r"\]\(#(.*?)\)", text))
    assert len(links) > 8
    assert links <= headings

"""The part of a page that is rendered from rows, between two markers: the table in README.md."""

from collections.abc import Mapping
from pathlib import Path

from aeot.errors import InputError
from aeot.results.findings import Tabled, fill

BEGIN = "<!-- Rendered by `make results` from docs/measured/headline.md: edit that. -->"
END = "<!-- The end of what is rendered. -->"


def with_headline(page: Path, template: Path, pages: Mapping[str, Tabled]) -> str:
    """Return the text of a page, with the part between its markers rendered from a template.

    Args:
        page: Markdown with one line `BEGIN` and, below it, one line `END`.
        template: Markdown whose placeholders name the page of their table.
        pages: the pages of results by name.

    Raises:
        InputError: a file is missing, a marker is missing or occurs twice, or a placeholder names
            no value.
    """
    try:
        text, new = (path.read_text(encoding="utf-8") for path in (page, template))
    except FileNotFoundError as error:
        raise InputError(f"{error.filename} does not exist.") from None
    before, begin, rest = text.partition(f"{BEGIN}\n")
    _, end, after = rest.partition(f"{END}\n")
    if not begin or not end or text.count(BEGIN) > 1 or text.count(END) > 1:
        raise InputError(f"{page} must have the line {BEGIN} once and, below it, {END} once.")
    return f"{before}{begin}{fill(new, '', pages, str(template))}{end}{after}"

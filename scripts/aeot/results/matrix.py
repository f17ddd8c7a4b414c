"""The front page: the state of every table and figure of the source documents."""

import os
from collections import Counter
from pathlib import Path
from typing import Literal

from pydantic import Field

from aeot.errors import InputError
from aeot.results.findings import fill
from aeot.results.page import Page
from aeot.results.spec import load_spec
from aeot.settings import Settings
from aeot.tables.render import pipe_table

STATES = {
    "full": "full budget",
    "share": "share",
    "small": "small only",
    "none": "not run",
    "formula": "no numbers",
}
State = Literal["full", "share", "small", "none", "formula"]


class EntrySpec(Settings):
    """A table or a figure of a document."""

    item: str = Field(description="its number, as printed")
    shows: str = Field(description="what it shows")
    state: State
    why: str = Field(description="at which budget ours is, or why there is none")
    ours: dict[str, str] = Field({}, description="links by their words, relative to the matrix")


class DocumentSpec(Settings):
    """A source document."""

    title: str
    about: str = Field(description="where it is from, and what we took of it")
    entries: list[EntrySpec] = Field(min_length=1)


class MatrixSpec(Settings):
    """`matrix.yaml`."""

    title: str
    introduction: str
    states: dict[State, str] = Field(description="what each state means")
    pages: list[str] = Field(description="names of all pages, in order")
    documents: list[DocumentSpec] = Field(min_length=1)


def front_page(path: Path, pages: dict[str, Page]) -> str:
    """Write the matrix and the list of pages.

    Args:
        path: `matrix.yaml`.
        pages: the pages by name.

    Raises:
        InputError: the file is wrong, a link leads nowhere, or a placeholder names no value.
    """
    matrix = load_spec(path, MatrixSpec)
    if sorted(matrix.pages) != sorted(pages):
        raise InputError(f"{path}: pages must name each of {', '.join(pages)} once.")
    counts = Counter(entry.state for part in matrix.documents for entry in part.entries)
    parts = [
        f"<!-- Rendered by `make results` from {path.name} and ../measured: edit those. -->",
        f"# {matrix.title}",
        fill(matrix.introduction.strip(), "", pages, str(path)),
        "## Pages",
        "\n".join(f"- [{pages[name].spec.title}]({name}.md): {pages[name].spec.about}"
                  for name in matrix.pages),
        "## What is reproduced of the source documents",
        "\n".join(f"- **{STATES[state]}** ({counts[state]} of {counts.total()} entries): {text}"
                  for state, text in matrix.states.items()),
    ]  # fmt: skip
    for document in matrix.documents:
        lines = [_line(entry, path, pages) for entry in document.entries]
        header = ["", "Shows", "State", "Budget, or why not", "Ours"]
        parts += [f"### {document.title}", document.about, pipe_table(header, lines, of_words=True)]
    return "\n\n".join(parts) + "\n"


def _line(entry: EntrySpec, path: Path, pages: dict[str, Page]) -> list[str]:
    links = []
    for words, target in entry.ours.items():
        file = target.partition("#")[0]
        page = file.removesuffix(".md") in pages and file.endswith(".md")
        if not page and not Path(os.path.normpath(path.parent / file)).exists():
            raise InputError(f"{path}: {entry.item} links to {target}, which is not there.")
        links.append(f"[{words}]({target})")
    why = fill(entry.why, "", pages, f"{path}: {entry.item}")
    return [entry.item, entry.shows, STATES[entry.state], why, ", ".join(links)]

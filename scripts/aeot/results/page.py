"""A page of results: findings, tables, figures, and the origin of the rows."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from aeot.errors import InputError
from aeot.results.findings import Tabled, fill
from aeot.results.rows import table_rows
from aeot.results.spec import (
    FINDINGS,
    PAGE,
    PROVENANCE,
    PageSpec,
    ProvenanceSpec,
    RunSpec,
    TableSpec,
    load_spec,
)
from aeot.results.table import Built, build
from aeot.tables.published import PublishedNumbers, part_notes, remark_notes
from aeot.tables.scores import DISTANCE
from aeot.tables.spread import span

_COUNTS = {"n_real": "test images", "n_fake": "generated images", "seeds": "seeds",
           "trials": "trials"}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """A folder of `docs/measured` as a page; its tables are built at their first use.

    Attributes:
        folder: with `page.yaml`, `provenance.yaml`, `findings.md` and the rows.
        pages: the folder of the pages, from which links start.
        published: the printed numbers.
    """

    folder: Path
    pages: Path
    published: PublishedNumbers

    @cached_property
    def spec(self) -> PageSpec:
        """Content of `page.yaml`."""
        return load_spec(self.folder / PAGE, PageSpec)

    @cached_property
    def provenance(self) -> ProvenanceSpec:
        """Content of `provenance.yaml`."""
        return load_spec(self.folder / PROVENANCE, ProvenanceSpec)

    @cached_property
    def tables(self) -> dict[str, Built]:
        """The tables with their cells, by name."""
        found = {}
        for name, spec in self.spec.tables.items():
            rows = table_rows(spec, self.folder, self.published)
            found[name] = build(spec, rows, self.published, f"{self.folder / PAGE}, table {name}")
        return found

    def markdown(self, pages: Mapping[str, Tabled]) -> str:
        """Write the page.

        Args:
            pages: all pages by name, whose tables the findings may quote.

        Raises:
            InputError: a file is missing or wrong, or a placeholder names no value.
        """
        findings = self.folder / FINDINGS
        if not findings.exists():
            raise InputError(f"{findings} does not exist; say there what the rows show.")
        text = fill(findings.read_text("utf-8"), self.folder.name, pages, str(findings))
        parts = [_banner(self.link(".")), f"# {self.spec.title}", text.strip(), "## Tables"]
        for table in self.tables.values():
            parts += [f"### {table.spec.heading}", self._caption(table), table.markdown()]
            parts += [table.spec.note] if table.spec.note else []
        parts += _bullets("How to read the columns", self._notes())
        parts += ["## Figures"] if self.spec.figures else []
        parts += [self._figure(figure.file, figure.caption) for figure in self.spec.figures]
        parts += _bullets("Where the rows come from", map(self._run, self.provenance.runs))
        return "\n\n".join(parts) + "\n"

    def link(self, name: str) -> str:
        """Path of a file of the folder, relative to the pages.

        Raises:
            InputError: there is no such file.
        """
        if not (self.folder / name).exists():
            raise InputError(f"{self.folder / PAGE}: there is no file {name}.")
        return Path(os.path.relpath(self.folder / name, self.pages)).as_posix()

    def _caption(self, table: Built) -> str:
        files = _files(table.spec)
        links = ", ".join(f"[{name.split('/')[-1]}]({self.link(name)})" for name in files)
        made = (f"{run.processor}, commit {_commits(run)}" for run in map(self._origin, files))
        return f"{_counted(table.rows)}{links}: {'; '.join(dict.fromkeys(made))}."

    def _origin(self, name: str) -> RunSpec:
        """Find the run of a file, in the provenance of its folder."""
        inside = Path(os.path.relpath(self.folder / name, self.folder.parent))
        owner = self.folder.parent / inside.parts[0]
        provenance = load_spec(owner / PROVENANCE, ProvenanceSpec)
        return provenance.of(inside.relative_to(owner.name).as_posix(), owner / PROVENANCE)

    def _notes(self) -> Iterable[str]:
        notes = [note for table in self.tables.values() for note in table.notes()]
        printed = [
            {"published": cells[name].text, "spec": spec}
            for table in self.tables.values()
            for cells in table.cells.values()
            for name, spec in table.spec.columns.items()
            if spec and spec.published
        ]
        marked = any(str(row["published"]).endswith("†") for row in printed)
        part = {"source": "mnist5k", "published_source": "mnist", "published": "†"}
        notes += remark_notes(str(row["published"]) for row in printed)
        return dict.fromkeys([*notes, *part_notes([part] if marked else [])])

    def _figure(self, file: str, caption: str) -> str:
        return f"![{caption}]({self.link(file)})\n\n*{caption}*"

    def _run(self, run: RunSpec) -> str:
        names = ", ".join(f"`{name}`" for name in run.files)
        note = f" {run.note}" if run.note else ""
        return (
            f"{names}: `{run.command}` on {run.processor}, commit {_commits(run)}; "
            f"committed on {run.date}.{note}"
        )


def _files(spec: TableSpec) -> list[str]:
    return [*spec.files().values(), *([spec.progress] if spec.progress else [])]


def _commits(run: RunSpec) -> str:
    return ", ".join(f"`{commit}`" for commit in run.commits())


def _counted(rows: pd.DataFrame) -> str:
    """State the numbers of images, seeds and trials behind rows, as far as they are known."""
    if "metric" in rows and (distances := rows[rows["metric"] == DISTANCE]).size:
        rows = distances  # a sampler's report of itself counts draws, not images
    parts = []
    for name, noun in _COUNTS.items():
        if name in rows and rows[name].notna().any():
            counts = span(rows[name].dropna().astype(int))
            parts.append(f"{counts} {noun.removesuffix('s') if counts == '1' else noun}")
    return f"{', '.join(parts)}. " if parts else ""


def _banner(folder: str) -> str:
    return (
        f"<!-- Rendered by `make results` from {folder}: edit page.yaml, findings.md or the rows "
        "there, not this page. -->"
    )


def _bullets(heading: str, lines: Iterable[str]) -> list[str]:
    text = "\n".join(f"- {line}" for line in lines)
    return [f"## {heading}", text] if text else []

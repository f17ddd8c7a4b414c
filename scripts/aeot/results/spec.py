"""The parts of a page of results: `page.yaml` and `provenance.yaml` of a folder of rows."""

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal, Self, TypeVar

import yaml
from pydantic import Field, model_validator

from aeot.errors import InputError
from aeot.settings import Settings

T = TypeVar("T", bound=Settings)
PAGE, PROVENANCE, FINDINGS = "page.yaml", "provenance.yaml", "findings.md"
# How rows are summarised for a table (`aeot.results.rows`).
Summary = Literal[
    "none", "scores", "frontier", "frontier_ratio", "reruns", "peers", "draws", "searches", "seeds"
]


class ColumnSpec(Settings):
    """A column of a rendered table; missing values come from the metric of the column's name."""

    heading: str | None = Field(None, description="at the top of the column")
    metric: str | None = Field(None, description="rows of this metric (default: the column's name)")
    value: str | None = Field(None, description="column of the rows (default: mean)")
    spread: str | None = Field(None, description="column of the rows that is shown after ±")
    over: str | None = Field(None, description="column of the rows that the value is divided by")
    where: dict[str, str | int | float] = Field({}, description="cells that the rows must have")
    published: str | None = Field(None, description="metric whose printed numbers are shown")
    factor: float | None = Field(None, description="the value is multiplied by")
    digits: int | None = Field(None, description="decimals", ge=0)


class TableSpec(Settings):
    """A rendered table: committed rows, one line for each name, one column for each score."""

    heading: str = Field(description="above the table")
    rows: str | dict[str, str] = Field(
        description="file of rows, .csv or a .json report; or several by name (column `case`)"
    )
    summary: Summary = Field("none", description="how the rows are summarised first")
    progress: str | None = Field(None, description="of `scores`: file with steps and seconds")
    ours: list[str] = Field([], description="of `frontier`: the curves that are AE-OT's")
    by: str | list[str] = Field(description="columns of the rows that name a line")
    where: dict[str, str | int | float] = Field({}, description="cells that all rows must have")
    corner: str = Field("Model", description="heading of the first column, the lines' names")
    renamed: dict[str, str] = Field({}, description="today's name of a line, by the rows' name")
    lines: list[str] | None = Field(None, description="names of the lines, in order (default: all)")
    labels: dict[str, str] = Field({}, description="what readers see in place of a line's name")
    columns: dict[str, ColumnSpec | None] = Field(description="by the name that findings use")
    note: str | None = Field(None, description="a sentence below the table")

    def files(self) -> dict[str, str]:
        """Files of rows by case; a single one has the case ""."""
        return self.rows if isinstance(self.rows, dict) else {"": self.rows}

    def keys(self) -> list[str]:
        """Columns of the rows that identify lines and columns of the table."""
        by = [self.by] if isinstance(self.by, str) else self.by
        wheres = [self.where, *(column.where for column in self.columns.values() if column)]
        return list(dict.fromkeys([*by, *(name for where in wheres for name in where)]))


class FigureSpec(Settings):
    """A committed picture."""

    file: str
    caption: str


class PageSpec(Settings):
    """`page.yaml`."""

    title: str
    about: str = Field(description="one sentence for the list of pages")
    tables: dict[str, TableSpec]
    figures: list[FigureSpec] = []


class RunSpec(Settings):
    """The origin of some files of rows."""

    files: list[str] = Field(description="patterns of names, relative to the folder", min_length=1)
    processor: str
    commit: str | list[str] = Field(description="of the code that made the rows")
    date: str = Field(description="when the rows were committed", pattern=r"^\d{4}-\d\d-\d\d$")
    command: str
    note: str | None = None

    @model_validator(mode="after")
    def _commit_is_text(self) -> Self:
        if not self.commits():
            raise ValueError("commit names none")
        return self

    def commits(self) -> list[str]:
        """Abbreviated hashes."""
        return [self.commit] if isinstance(self.commit, str) else self.commit


class ProvenanceSpec(Settings):
    """`provenance.yaml`."""

    runs: list[RunSpec] = Field(min_length=1)

    def of(self, name: str, where: Path) -> RunSpec:
        """Return the run of a file.

        Args:
            name: of the file, relative to the folder.
            where: the folder's `provenance.yaml`, for the message.

        Raises:
            InputError: no run or several name the file.
        """
        found = [run for run in self.runs if any(fnmatchcase(name, p) for p in run.files)]
        if len(found) != 1:
            raise InputError(
                f"{where}: {len(found)} runs name {name}; exactly one must say where it comes from."
            )
        return found[0]


def load_spec(path: Path, spec: type[T]) -> T:
    """Read and check a YAML file.

    Raises:
        InputError: the file is missing, is not YAML, or has another form.
    """
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; every folder with a page needs one.") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path} is not a readable YAML file: {error}.") from None
    return spec.checked(values, str(path))

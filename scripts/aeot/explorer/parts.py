"""Functions that the parts of the page share: names, captions, and a selection."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aeot.charts.base import FigureSettings
from aeot.labels import dataset_label


@dataclass(frozen=True)
class Part:
    """A part of the page.

    Attributes:
        body: HTML.
        data: what its scripts read, as JSON.
    """

    body: str
    data: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Context:
    """Information about the run for captions.

    Attributes:
        sources: sources of data sets that have another name.
        seeds: number of seeds of the run.
        seed: the first of them.
    """

    sources: Mapping[str, str]
    seeds: int
    seed: int

    def dataset(self, name: str) -> str:
        """Return the display name of a data set."""
        return dataset_label(name, self.sources.get(name, name))

    def caption(self, figure: type[FigureSettings], keys: Mapping[str, str]) -> str:
        """Write a figure's caption as HTML, with the names in `keys` filled in."""
        title = self.dataset(keys["dataset"])
        text = figure.caption(title=title, seeds=self.seeds, seed=self.seed, **keys)
        return as_html(text)


def as_html(text: str) -> str:
    """Convert the reStructuredText of captions to HTML: code, emphasis, paragraphs."""
    text = html.escape(text, quote=False)
    text = re.sub(r"``(.+?)``", r"<code>\1</code>", text, flags=re.DOTALL)
    text = re.sub(r"\*(.+?)\*", r"<em>\1</em>", text, flags=re.DOTALL)
    return "".join(f'<p class="caption">{part}</p>' for part in re.split(r"\n\s*\n", text.strip()))


def choices(name: str, label: str, options: Sequence[str]) -> str:
    """Write a selection among the elements `.choice`, or the numbered entries, of a section."""
    entries = "".join(
        f'<option value="{number}">{html.escape(text)}</option>'
        for number, text in enumerate(options)
    )
    select = f'<select id="{name}-choice" data-chooses="{name}">{entries}</select>'
    return f'<p class="controls"><label>{html.escape(label)} {select}</label></p>'

"""The page: its parts, the parts that a run lacks, and the template."""

import html
import json
from collections.abc import Mapping, Sequence
from typing import ClassVar

from pydantic import Field

from aeot.curves.base import Files, check_files
from aeot.explorer.parts import Context, Part, as_html
from aeot.explorer.pictures import samples_part
from aeot.explorer.plots import has_novelty, novelty_part, progress_part
from aeot.explorer.segments import segments_part
from aeot.explorer.sheets import modes_part, scores_part
from aeot.explorer.template import filled
from aeot.figures import BLACK, BLUE, VERMILLION
from aeot.settings import Settings

# For each part: its name in the list of parts, its heading, and what a run without it lacks.
PARTS = {
    "scores": ("Scores", "Scores", "table of scores"),
    "samples": ("Samples", "Samples and their nearest training images", "figure `neighbours`"),
    "novelty": ("Novelty", "Fidelity against novelty", "figure `frontier` or score of novelty"),
    "progress": ("Seconds", "Distance against training seconds", "figure `progress`"),
    "segments": ("Segments", "Along a segment of the source", "figure `segments`"),
    "modes": ("Modes", "Mode collapse", "table of mode collapse"),
}


class Explorer(Settings):
    """The content of the page, and its information about the run."""

    FILES: ClassVar[tuple[str, ...]] = (
        "scores", "modes", "neighbours", "frontier", "progress", "trace", "segment_images",
    )  # fmt: skip

    run: list[str] = Field([], description="studies of the run")
    fills: dict[str, list[str]] = Field(
        {}, description="studies of the configuration that would fill a part, by the part's name"
    )
    sources: dict[str, str] = Field({}, description="sources of data sets that have another name")
    metrics: list[str] = Field([], description="registered ones whose columns are shown")
    seeds: int = Field(1, ge=1, description="number of seeds of the run")
    seed: int = Field(0, ge=0, description="the first of them")

    def build(self, files: Files) -> str:
        """Write the page.

        Args:
            files: paths by the names of `FILES`, any number of each.

        Raises:
            InputError: a file has an unknown name, is missing or has another form.
        """
        check_files(files, self.FILES, self.FILES)
        parts = self._parts({name: list(files.get(name, [])) for name in self.FILES})
        data = {name: part.data for name, part in parts.items() if part.data}
        colours = {"line": BLUE, "largest": VERMILLION, "cursor": BLACK}
        return filled(
            run=self._studies(),
            nav="".join(_link(name, parts) for name in PARTS),
            sections="".join(self._section(name, parts.get(name)) for name in PARTS),
            data=_json({**data, "colours": colours}),
        )

    def _parts(self, files: Mapping[str, Sequence[str]]) -> dict[str, Part]:
        """Build the parts for which the run has files."""
        context = Context(self.sources, self.seeds, self.seed)
        scores, novel = list(files["scores"]), list(files["frontier"])
        new = [path for path in scores if has_novelty(path)]
        traces, images = list(files["trace"]), list(files["segment_images"])
        found = {
            "scores": scores and scores_part(scores, context, self.metrics),
            "samples": files["neighbours"] and samples_part(list(files["neighbours"]), context),
            "novelty": (novel or new) and novelty_part(novel, new, context),
            "progress": files["progress"] and progress_part(list(files["progress"]), context),
            "segments": traces and segments_part(traces, images, context),
            "modes": files["modes"] and modes_part(list(files["modes"]), context),
        }
        return {name: part for name, part in found.items() if isinstance(part, Part)}

    def _studies(self) -> str:
        if not self.run:
            return "The configuration lists no study in <code>run</code>."
        names = ", ".join(f"<code>{html.escape(name)}</code>" for name in self.run)
        return f"The studies of this run: {names}."

    def _section(self, name: str, part: Part | None) -> str:
        body = part.body if part else f'<div class="absent">{as_html(self.absent(name))}</div>'
        return f'<section id="{name}"><h2>{PARTS[name][1]}</h2>{body}</section>\n'

    def absent(self, name: str) -> str:
        """Name the studies that would fill a part for which the run has no files."""
        lacks = PARTS[name][2].replace("`", "``")
        text = f"No study of this run has a {lacks}."
        others = [study for study in self.fills.get(name, []) if study not in self.run]
        if not others:
            return f"{text} Nor has any other study of the configuration."
        listed = json.dumps([*self.run, others[0]], separators=(",", ":"))
        named = " or ".join(f"``{study}``" for study in others)
        return (
            f"{text} {named} would fill this part: add it to ``run`` in the configuration, or to "
            f"the command: ``--config 'run={listed}'``."
        )


def _link(name: str, parts: Mapping[str, Part]) -> str:
    empty = "" if name in parts else ' class="empty"'
    return f'<a href="#{name}"{empty}>{PARTS[name][0]}</a>'


def _json(value: object) -> str:
    """Write JSON that cannot close the element of the page that contains it."""
    text = json.dumps(value, separators=(",", ":"), sort_keys=True, allow_nan=False)
    return text.replace("<", "\\u003c")

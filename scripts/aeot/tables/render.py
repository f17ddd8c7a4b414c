"""A table's blocks as Markdown, LaTeX and HTML.

All three have the same content: a title, blocks with headings, and notes below.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aeot.files import atomic


@dataclass(frozen=True)
class Block:
    """Rows below one heading; every row has as many cells as `header`, the first one its name."""

    heading: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Table:
    """A table for readers."""

    title: str
    blocks: Sequence[Block]
    notes: Sequence[str]


def markdown(table: Table) -> str:
    """Write GitHub-flavoured Markdown, with a pipe table for each block."""
    parts = [f"## {_pipe(table.title)}"]
    for block in table.blocks:
        parts += [f"### {_pipe(block.heading)}"] if block.heading else []
        parts.append(pipe_table(block.header, block.rows))
    parts.append("\n".join(f"- {_pipe(note)}" for note in table.notes))
    return "\n\n".join(parts) + "\n"


def pipe_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, of_words: bool = False
) -> str:
    """Write a pipe table, with the first column aligned left, others right unless `of_words`."""
    rest = "|:--" if of_words else "|--:"
    lines = [_pipe_row(header), "|:--" + rest * (len(header) - 1) + "|", *map(_pipe_row, rows)]
    return "\n".join(lines)


def latex(table: Table) -> str:
    """Write a LaTeX `table` (packages: booktabs; UTF-8 or any modern engine)."""
    lines = [r"\begin{table}", r"\centering", rf"\caption{{{_tex(table.title)}}}"]
    for block in table.blocks:
        lines.append(rf"\begin{{tabular}}{{l{'r' * (len(block.header) - 1)}}}")
        lines.append(r"\toprule")
        if block.heading:
            span = rf"\multicolumn{{{len(block.header)}}}{{l}}{{{_tex(block.heading)}}}"
            lines += [span + r" \\", r"\midrule"]
        lines += [_tex_row(block.header), r"\midrule", *map(_tex_row, block.rows)]
        lines += [r"\bottomrule", r"\end{tabular}", "", r"\medskip"]
    lines += [rf"\par\footnotesize {_tex(note)}" for note in table.notes]
    return "\n".join([*lines, r"\end{table}"]) + "\n"


def page(table: Table) -> str:
    """Write a self-contained HTML page, for the workflow's report."""
    parts = [f"<!doctype html><meta charset='utf-8'><title>{html.escape(table.title)}</title>"]
    parts.append(f"<style>{_STYLE}</style><h1>{html.escape(table.title)}</h1>")
    for block in table.blocks:
        parts.append(f"<h2>{html.escape(block.heading)}</h2>" if block.heading else "")
        parts.append(f"<table><thead>{_html_row(block.header, 'th')}</thead><tbody>")
        parts += [*(_html_row(row, "td") for row in block.rows), "</tbody></table>"]
    parts.append("<ul>" + "".join(f"<li>{html.escape(note)}</li>" for note in table.notes))
    return "\n".join([*filter(None, parts), "</ul>"]) + "\n"


def write_forms(
    table: Table, md: str | Path, tex: str | Path, page_path: str | Path | None
) -> None:
    """Write a table as Markdown, LaTeX and, if requested, HTML."""
    write(md, markdown(table))
    write(tex, latex(table))
    if page_path:
        write(page_path, page(table))


def write(path: str | Path, text: str) -> None:
    """Write a text file atomically."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


_STYLE = (
    "body{font:15px/1.45 sans-serif;margin:1.5em;color:#222;background:#fff}"
    "h1{font-size:1.25em}h2{font-size:1.05em;margin-top:1.6em}"
    "table{font-size:13px;border-collapse:collapse;border-top:2px solid;border-bottom:2px solid}"
    "th,td{padding:.3em .55em;text-align:right;font-variant-numeric:tabular-nums}"
    "td{white-space:nowrap}td:last-child{white-space:normal}th{vertical-align:bottom}"
    "th{border-bottom:1px solid}th:first-child,td:first-child{text-align:left}"
    "ul{font-size:.9em;color:#444;max-width:60em}"
)

_TEX = {
    "\\": r"\textbackslash{}",
    **{sign: rf"\{sign}" for sign in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "±": r"$\pm$",
    "×": r"$\times$",
    "−": r"$-$",
    "—": "---",
    "–": "--",
    "†": r"$\dagger$",
    "∞": r"$\infty$",
    "²": r"$^2$",
    "³": r"$^3$",
    "é": r"\'e",
}


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)


def _tex_row(cells: Sequence[str]) -> str:
    return " & ".join(map(_tex, cells)) + r" \\"


def _pipe(text: str) -> str:
    for sign in "\\|*_<`":
        text = text.replace(sign, "\\" + sign)
    return text


def _pipe_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(map(_pipe, cells)) + " |"


def _html_row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"

"""The rows of a device as a Markdown table, a block per part."""

from collections.abc import Sequence

from aeot.tables.render import Block, Table, markdown
from benchmarks.gpu.parts import PARTS
from benchmarks.gpu.rows import Row, show


def build(rows: Sequence[Row]) -> str:
    """Write the table of the last rows of one device.

    Args:
        rows: in the order of the parts and their cases.
    """
    first, blocks, notes = rows[0], [], []
    for name, part in PARTS.items():
        own = [row for row in rows if row["part"] == name]
        if not own:
            continue
        data = f", {own[0]['data']}" if own[0]["data"] else ""
        columns = list(dict.fromkeys(value for row in own for value in row["values"]))
        lines = [_line(row, columns) for row in own]
        blocks.append(Block(part.title + data, ["case", *columns, "seconds", "result"], lines))
        notes.append(f"{part.title}: {part.note}")
    commits = ", ".join(dict.fromkeys(str(row["commit"]) for row in rows))
    words = [first["device"], f"torch {first['torch']}", f"CUDA {first['cuda']}",
             f"driver {first['driver']}", f"commit {commits}"]  # fmt: skip
    tiny = "Tiny sizes, which measure nothing: " if first["tiny"] else ""
    return markdown(Table(tiny + ", ".join(w for w in words if "None" not in w), blocks, notes))


def _line(row: Row, columns: Sequence[str]) -> list[str]:
    result = ": ".join(word for word in (row["status"], row["why"]) if word)
    values = [show(row["values"].get(name)) for name in columns]
    return [row["case"], *values, show(row["seconds"]), result]

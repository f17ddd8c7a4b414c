"""Table 2: modes, quality and reverse KL of every model on every mixture, published beside ours."""

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from aeot.errors import InputError
from aeot.labels import MIXTURES, mixture_label, ordered_rows, row_label
from aeot.metrics.collapse import METRICS
from aeot.tables.published import PublishedNumbers, published_text
from aeot.tables.render import Block, Table
from aeot.tables.spread import MISSING, Spread, cell, fixed, number

COLUMNS = [
    "mixture", "row", "metric", "mean", "se", "trials", "step", "seconds", "published",
    "published_table",
]  # fmt: skip
_SHOWN = {"modes": (1, 1), "high_quality": (100, 1), "reverse_kl": (1, 3),
          "reverse_kl_all": (1, 3), "wasserstein2": (1, 3)}  # fmt: skip
_HEADER = {"modes": "Modes", "high_quality": "High quality, %", "reverse_kl": "Reverse KL",
           "reverse_kl_all": "Reverse KL, all", "wasserstein2": "W2"}  # fmt: skip
_PRINTED = ("modes", "high_quality", "reverse_kl")
Rows = Sequence[Mapping[str, Any]]


def collapse_summary(records: Rows, published: PublishedNumbers) -> list[dict[str, Any]]:
    """Mean and standard error over trials and seeds at the last moment of every training.

    Args:
        records: those of `aeot.curves.collapse`.
        published: the printed numbers; `source` is the mixture, `model` the row.

    Returns:
        Rows of `COLUMNS`. A trial without a sample of high quality has no reverse KL: `trials`
        counts those that have one. `seconds` is the training of all trials of a seed, the mean.

    Raises:
        InputError: a value is no number.
    """
    last: dict[tuple[str, str, str], int] = {}
    for record in records:
        key = (record["mixture"], record["row"], record["seed"])
        last[key] = max(last.get(key, 0), int(record["moment"]))
    final = [
        record for record in records
        if int(record["moment"]) == last[record["mixture"], record["row"], record["seed"]]
    ]  # fmt: skip
    rows = []
    for mixture in [name for name in MIXTURES if any(r["mixture"] == name for r in final)]:
        own = [record for record in final if record["mixture"] == mixture]
        for row in ordered_rows(record["row"] for record in own):
            for metric in METRICS:
                group = [r for r in own if (r["row"], r["metric"]) == (row, metric)]
                rows.append(_summary(mixture, row, metric, group, published))
    return rows


def _summary(
    mixture: str, row: str, metric: str, group: Rows, published: PublishedNumbers
) -> dict[str, Any]:
    if not group:
        raise InputError(f"{row} on {mixture} has no {metric}; score it anew.")
    where = f"{metric} of {row} on {mixture}"
    values = [number(record["value"], where) for record in group if record["value"] != ""]
    seconds = {record["seed"]: number(record["seconds"], where) for record in group}
    printed = published.find(mixture, row, metric)
    error = statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else None
    return {
        "mixture": mixture, "row": row, "metric": metric,
        "mean": statistics.fmean(values) if values else None, "se": error,
        "trials": len(values), "step": group[0]["step"],
        "seconds": statistics.fmean(seconds.values()),
        "published": published_text(printed) or None,
        "published_table": printed[0].table if printed else None,
    }  # fmt: skip


def collapse_table(rows: Rows) -> Table:
    """Lay the rows out for readers: a block a mixture, a line a model."""
    blocks = []
    for mixture in dict.fromkeys(row["mixture"] for row in rows):
        own = {(row["row"], row["metric"]): row for row in rows if row["mixture"] == mixture}
        header = ["Model"]
        for metric in METRICS:
            header += [_HEADER[metric]] + (["published"] if metric in _PRINTED else [])
        lines = [_line(name, own) for name in dict.fromkeys(name for name, _ in own)]
        heading = mixture_label(mixture)
        blocks.append(Block(heading, [*header, "Steps", "Seconds", "Trials"], lines))
    notes = [
        "Mean ± standard error over the trials, at the end of the training; seconds are those of "
        "all trials together.",
        "A sample is of high quality within three standard deviations of its nearest mode (in ten "
        "dimensions: within the radius that holds as much); a mode is covered if it has one such "
        "sample. Reverse KL counts samples of high quality only, as PacGAN's code does; 'all' "
        "counts every sample at its nearest mode, as AE-OT's text does. 2,500 samples a trial.",
        "A sampler without fault has 98.9 % and, by chance alone, a reverse KL of (K - 1) / (2 n): "
        "0.005 on the grid; W2 is the exact distance of 1,000 samples to 1,000 fresh points, so "
        "the row of training points drawn again, which only copies, shows its floor.",
        "AE-OT from n points cannot do better than these points: 512 of them, drawn at random, "
        "have themselves a reverse KL of some 24 / (2 · 512) = 0.023 on the grid, above the "
        "published 0.007; mixing neighbours tightens the modes, hence more than 98.9 %. A mode of "
        "which it has one point only is missed: to mix that point with others is to leave the "
        "mode, so that the extended map rejects all source samples that lead there. The row whose "
        "singular samples are kept returns the point itself in their place.",
    ]
    title = "Mode collapse on mixtures (the paper's Table 2)"
    return Table(title, blocks, notes)


def _line(name: str, own: Mapping[tuple[str, str], Mapping[str, Any]]) -> list[str]:
    line = [row_label(name)]
    for metric in METRICS:
        row = own[name, metric]
        factor, decimals = _SHOWN[metric]
        mean, error = row["mean"], row["se"]
        if mean is None:
            line.append(MISSING)
        else:
            scaled = None if error is None else factor * error
            line.append(cell(Spread(factor * mean, scaled, row["trials"]), decimals))
        if metric in _PRINTED:
            line.append(row["published"] or MISSING)
    row = own[name, "modes"]
    return [*line, f"{int(row['step']):,}", fixed(row["seconds"], 1), str(row["trials"])]

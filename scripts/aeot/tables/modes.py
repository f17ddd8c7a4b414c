"""Table 2: modes, quality and reverse KL of every model on every mixture, published beside ours."""

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from aeot.errors import InputError
from aeot.labels import MIXTURES, mixture_label, model_label, ordered_models, singular_note
from aeot.metrics.collapse import ASSIGNED, DEVIATIONS, METRICS, quality_share
from aeot.mixtures import MIXTURES as REGISTERED
from aeot.registry import resolve
from aeot.tables.published import PublishedNumbers, published_keys, remark_notes
from aeot.tables.render import Block, Table
from aeot.tables.spread import MISSING, Spread, cell, fixed, number

COLUMNS = [
    "mixture", "row", "metric", "mean", "se", "trials", "n", "step", "seconds", "published",
    "published_source", "published_table",
]  # fmt: skip
# Of each metric: the column's heading, the factor and the digits.
_SHOWN = {
    "modes": ("Modes", 1, 1),
    "high_quality": ("High quality, %", 100, 1),
    "reverse_kl": ("Reverse KL", 1, 3),
    "reverse_kl_all": ("Reverse KL, all", 1, 3),
    "reverse_kl_data": ("Reverse KL, to its data", 1, 3),
    "wasserstein2": ("W2", 1, 3),
}
Rows = Sequence[Mapping[str, Any]]


def collapse_summary(records: Rows, published: PublishedNumbers) -> list[dict[str, Any]]:
    """Mean and standard error over trials and seeds at the last moment of every training.

    Args:
        records: those of `aeot.curves.modes`.
        published: the printed numbers; `source` is the mixture, `model` the row.

    Returns:
        Rows of `COLUMNS`. A trial without a sample of high quality has no `reverse_kl`: `trials`
        counts those that have one. `n` is points a trial, `seconds` the training of all trials of a
        seed, the mean; `published` is in the unit of the table.

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
        for row in ordered_models(record["row"] for record in own):
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
    values = [_value(record["value"], where) for record in group if record["value"] != ""]
    seconds = {record["seed"]: number(record["seconds"], where) for record in group}
    spread = len(values) > 1 and all(map(math.isfinite, values))
    return {
        "mixture": mixture, "row": row, "metric": metric,
        "mean": statistics.fmean(values) if values else None,
        "se": statistics.stdev(values) / math.sqrt(len(values)) if spread else None,
        "trials": len(values), "n": int(number(group[0]["n"], where)), "step": group[0]["step"],
        "seconds": statistics.fmean(seconds.values()),
        **published_keys(published.find(mixture, row, metric)),
    }  # fmt: skip


def _value(text: str, where: str) -> float:
    """Read a value; the divergence from a histogram with an empty mode may be infinite."""
    return math.inf if text == "inf" else number(text, where)


def collapse_table(rows: Rows, singular: Mapping[str, str] | None = None) -> Table:
    """Lay the rows out for readers: a block per mixture, a line per model.

    Args:
        rows: those of `collapse_summary`.
        singular: what becomes of singular source samples, by row; of AE-OT's rows.
    """
    blocks = []
    for mixture in dict.fromkeys(row["mixture"] for row in rows):
        own = {(row["row"], row["metric"]): row for row in rows if row["mixture"] == mixture}
        printed = {metric for (_, metric), row in own.items() if row["published"]}
        header = ["Model"]
        for metric in METRICS:
            header += [_SHOWN[metric][0]] + (["published"] if metric in printed else [])
        header += ["Steps", "Seconds", "Trials"] + (["Printed in"] if printed else [])
        lines = [_line(name, own, printed) for name in dict.fromkeys(name for name, _ in own)]
        blocks.append(Block(mixture_label(mixture), header, lines))
    title = "Mode collapse on mixtures (the paper's Table 2)"
    treated: dict[str, list[str]] = {}
    for row in ordered_models({row["row"] for row in rows} & set(singular or {})):
        treated.setdefault((singular or {})[row], []).append(model_label(row))
    notes = [singular_note(how, names) for how, names in treated.items()]
    return Table(title, blocks, [*_notes(rows), *notes, *remark_notes(rows)])


def _notes(rows: Rows) -> list[str]:
    """Say what the columns are, with the numbers of these rows."""
    counts = sorted({row["n"] for row in rows})
    chance = []
    for mixture in dict.fromkeys(row["mixture"] for row in rows):
        modes = len(resolve(REGISTERED, mixture, "mixture")().weights)
        floor = fixed((modes - 1) / (2 * counts[-1]), 3)
        chance.append(f"{floor} on the mixture {mixture_label(mixture)}")
    return [
        "Mean ± standard error over the trials, at the end of the training; seconds are those of "
        f"all trials together. {' or '.join(f'{count:,}' for count in counts)} samples a trial.",
        f"A sample is of high quality within {DEVIATIONS} standard deviations of its nearest mode, "
        "in more than two dimensions within the radius that holds as much of a Gaussian; a mode is "
        "covered if it has one such sample.",
        "Reverse KL is the divergence of the samples' histogram over modes: of samples of high "
        "quality from the mixture's weights, as in PacGAN's code; 'all', of every sample at its "
        "nearest mode from the weights; 'to its data', of every sample from the histogram of the "
        "points that the model was fitted to in that trial, as AE-OT's text has it (∞: a sample is "
        "nearest to a mode that none of these points is at).",
        f"A sampler without fault has {100 * quality_share():.1f} % of high quality and, by chance "
        f"alone, a reverse KL of (K - 1) / (2 n), K being the modes: {', '.join(chance)}.",
        f"W2 is the exact distance of {ASSIGNED:,} samples to as many fresh points, so the row of "
        "training points drawn again, which only copies, shows its floor.",
    ]


def _line(
    name: str, own: Mapping[tuple[str, str], Mapping[str, Any]], printed: set[str]
) -> list[str]:
    line = [model_label(name)]
    for metric in METRICS:
        row = own[name, metric]
        _, factor, decimals = _SHOWN[metric]
        mean, error = row["mean"], row["se"]
        if mean is None:
            line.append(MISSING)
        else:
            scaled = None if error is None else factor * error
            line.append(cell(Spread(factor * mean, scaled, row["trials"]), decimals))
        if metric in printed:
            line.append(row["published"] or MISSING)
    row = own[name, "modes"]
    line += [f"{int(row['step']):,}", fixed(row["seconds"], 1), str(row["trials"])]
    tables = [own[name, metric]["published_table"] for metric in METRICS]
    names = "; ".join(dict.fromkeys(filter(None, tables)))
    return [*line, names or MISSING] if printed else line

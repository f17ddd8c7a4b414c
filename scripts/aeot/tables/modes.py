"""Table 2: modes, quality and reverse KL of every model on every mixture, published beside ours."""

import math
import statistics
from collections.abc import Hashable, Mapping
from itertools import product
from typing import Any

import pandas as pd
from pydantic import Field

from aeot.curves.base import Files
from aeot.curves.modes import COLUMNS as SCORES
from aeot.errors import InputError
from aeot.files import grouped
from aeot.labels import MIXTURES, mixture_label, model_label, ordered_models, singular_notes
from aeot.metrics.collapse import ASSIGNED, DEVIATIONS, METRICS, quality_share
from aeot.mixtures import MIXTURES as REGISTERED
from aeot.registry import resolve
from aeot.tables.base import Singular, TableSettings, load_scored
from aeot.tables.published import PublishedNumbers, published_keys, remark_notes
from aeot.tables.render import Block, Table
from aeot.tables.spread import MISSING, cell, fixed, number

COLUMNS = [
    "mixture", "row", "metric", "mean", "se", "trials", "n", "step", "seconds", "published",
    "published_source", "published_table",
]  # fmt: skip
# For each metric: the column's heading, the factor and the digits.
SHOWN = {
    "modes": ("Modes", 1, 1),
    "high_quality": ("High quality, %", 100, 1),
    "reverse_kl": ("Reverse KL", 1, 3),
    "reverse_kl_all": ("Reverse KL, all", 1, 3),
    "reverse_kl_data": ("Reverse KL, to its data", 1, 3),
    "wasserstein2": ("W2", 1, 3),
}


class Modes(TableSettings):
    """Table 2."""

    singular: dict[str, Singular] = Field(
        {}, description="what becomes of singular source samples, by method of AE-OT's"
    )

    def build(self, files: Files) -> tuple[pd.DataFrame, Table]:
        """See `TableSettings`."""
        records = load_scored(files["rows"][0], *SCORES)
        rows = collapse_summary(records, PublishedNumbers.load(files["published"][0]))
        return rows, collapse_table(rows, self.singular)


def collapse_summary(records: pd.DataFrame, published: PublishedNumbers) -> pd.DataFrame:
    """Mean and standard error over trials and seeds at the last moment of every training.

    Args:
        records: those of `aeot.curves.modes`.
        published: the printed numbers; `source` is the mixture, `model` the row.

    Returns:
        Rows of `COLUMNS`. A trial without a sample of high quality has no `reverse_kl`: `trials`
        counts those that have one. `n` is the number of points per trial, `seconds` the mean time
        of the training of all trials of a seed; `published` is in the unit of the table.

    Raises:
        InputError: a value is not a number.
    """
    last = records.groupby(["mixture", "row", "seed"])["moment"].transform("max")
    final = records[records["moment"] == last]
    rows = []
    for mixture in MIXTURES:
        own = final[final["mixture"] == mixture]
        for row, metric in product(ordered_models(own["row"]), METRICS):
            group = own[(own["row"] == row) & (own["metric"] == metric)]
            rows.append(_summary(mixture, row, metric, group, published))
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def _summary(
    mixture: str, row: str, metric: str, group: pd.DataFrame, published: PublishedNumbers
) -> dict[str, Any]:
    if group.empty:
        raise InputError(f"{row} on {mixture} has no {metric}; score it again.")
    where = f"{metric} of {row} on {mixture}"
    values = [_value(value, where) for value in group["value"].dropna()]
    seconds = group.drop_duplicates("seed", keep="last")["seconds"]
    spread = len(values) > 1 and all(map(math.isfinite, values))
    first = group.iloc[0]
    return {
        "mixture": mixture, "row": row, "metric": metric,
        "mean": statistics.fmean(values) if values else None,
        "se": statistics.stdev(values) / math.sqrt(len(values)) if spread else None,
        "trials": len(values), "n": int(number(first["n"], where)), "step": first["step"],
        "seconds": statistics.fmean(number(value, where) for value in seconds),
        **published_keys(published.find(mixture, row, metric)),
    }  # fmt: skip


def _value(value: object, where: str) -> float:
    """Read a value; the divergence from a histogram with an empty mode may be infinite."""
    return math.inf if value in ("inf", math.inf) else number(value, where)


def collapse_table(rows: pd.DataFrame, singular: Mapping[str, str] | None = None) -> Table:
    """Format the rows for readers: a block per mixture, a line per model.

    Args:
        rows: those of `collapse_summary`.
        singular: treatment of singular source samples, by row, for the rows of AE-OT.
    """
    blocks = []
    for mixture, own in grouped(rows, "mixture"):
        printed = set(own.loc[own["published"].notna(), "metric"])
        header = ["Model"]
        for metric in METRICS:
            header += [SHOWN[metric][0]] + (["published"] if metric in printed else [])
        header += ["Steps", "Seconds", "Trials"] + (["Printed in"] if printed else [])
        lines = [
            _line(name, line.set_index("metric").to_dict("index"), printed)
            for name, line in grouped(own, "row")
        ]
        blocks.append(Block(mixture_label(mixture), header, lines))
    title = "Mode collapse on mixtures (the paper's Table 2)"
    shown = set(rows["row"])
    treated = {("", row): how for row, how in (singular or {}).items() if row in shown}
    notes = [*_notes(rows), *singular_notes(treated), *remark_notes(rows["published"])]
    return Table(title, blocks, notes)


def _notes(rows: pd.DataFrame) -> list[str]:
    """Explain the columns, with the numbers of these rows."""
    counts = sorted(set(rows["n"]))
    chance = []
    for mixture in rows["mixture"].unique():
        modes = len(resolve(REGISTERED, mixture, "mixture")().weights)
        floor = fixed((modes - 1) / (2 * counts[-1]), 3)
        chance.append(f"{floor} on the mixture {mixture_label(mixture)}")
    return [
        "Mean ± standard error over the trials, at the end of the training; seconds are those of "
        f"all trials together. {' or '.join(f'{count:,}' for count in counts)} samples per "
        "trial.",
        f"A sample is of high quality within {DEVIATIONS} standard deviations of its nearest "
        "mode, in more than two dimensions within the radius that contains as much of a "
        "Gaussian; a mode is covered if it has one such sample.",
        "Reverse KL is the divergence of the samples' histogram over modes: that of samples of "
        "high quality from the mixture's weights, as in PacGAN's code; 'all': that of every "
        "sample, at its nearest mode, from the weights; 'to its data': that of every sample from "
        "the histogram of the points to which the model was fitted in that trial, as in AE-OT's "
        "text (∞: the nearest mode of a sample has none of these points).",
        f"A perfect sampler has {100 * quality_share():.1f} % of high quality and, by chance, a "
        f"reverse KL of (K - 1) / (2 n) for K modes: {', '.join(chance)}.",
        f"W2 is the exact distance of {ASSIGNED:,} samples to as many fresh points, so the row of "
        "training points drawn again, which only copies, shows its floor.",
    ]


def _line(
    name: str, own: Mapping[Hashable, Mapping[Hashable, Any]], printed: set[str]
) -> list[str]:
    line = [model_label(name)]
    for metric in METRICS:
        row = own[metric]
        _, factor, decimals = SHOWN[metric]
        mean, error = (None if row[key] is None else factor * row[key] for key in ("mean", "se"))
        line.append(cell(mean, error, decimals))
        if metric in printed:
            line.append(row["published"] or MISSING)
    row = own["modes"]
    line += [f"{int(row['step']):,}", fixed(row["seconds"], 1), str(row["trials"])]
    tables = [own[metric]["published_table"] for metric in METRICS]
    names = "; ".join(dict.fromkeys(filter(None, tables)))
    return [*line, names or MISSING] if printed else line

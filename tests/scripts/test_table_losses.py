"""Table 1 from the command line: real files in, the same table in every form."""

import json
import runpy
from pathlib import Path

import pytest

from aeot.errors import InputError
from aeot.files import load_rows

ROOT = Path(__file__).parents[2]
main = runpy.run_path(str(ROOT / "scripts" / "write_table.py"))["main"]


def write_report(folder, dataset, seed, train):
    path = folder / "results" / dataset / "autoencoder" / f"seed{seed}" / "report.json"
    path.parent.mkdir(parents=True)
    losses = {"before": {"train": train, "test": 0.005}, "after": {"train": 0.002, "test": 0.004}}
    path.write_text(json.dumps({"losses": losses, "freeze_epoch": 9, "epochs": 12, "codes": 64}))
    return str(path)


def arguments(folder, reports, *more):
    outputs = [f"--out-{form}={folder / f'losses.{form}'}" for form in ("csv", "md", "tex", "html")]
    published = str(ROOT / "config" / "published.csv")
    files = [*(f"reports={report}" for report in reports), f"published={published}"]
    return ["--table", "losses", "--files", *files, *outputs, *more]


def test_the_table_is_written_in_every_form(tmp_path):
    reports = [write_report(tmp_path, "fashion", seed, 0.003 + seed / 1000) for seed in (0, 1)]
    reports.append(write_report(tmp_path, "shapes", 0, 0.02))
    main(arguments(tmp_path, reports, "--set", 'sources={"fashion": "fashionmnist"}'))
    rows = load_rows(tmp_path / "losses.csv", "dataset", "mean", "published")
    assert [(row["dataset"], row["published"]) for row in rows if row["split"] == "train"] == [
        ("fashion", "0.0026"), ("fashion", "0.0011"), ("shapes", ""), ("shapes", ""),
    ]  # fmt: skip
    assert float(rows[0]["mean"]) == pytest.approx(0.0035)
    assert "| Fashion-MNIST, fashion | 0.00350 ± 0.00071 |" in (tmp_path / "losses.md").read_text()
    assert "0.00350 $\\pm$ 0.00071" in (tmp_path / "losses.tex").read_text()
    assert "<td>0.00350 ± 0.00071</td>" in (tmp_path / "losses.html").read_text()


def test_a_report_outside_the_layout_is_named_and_nothing_is_written(tmp_path):
    with pytest.raises(InputError, match=r"elsewhere.json does not end in"):
        main(arguments(tmp_path, [str(tmp_path / "elsewhere.json")]))
    assert not list(tmp_path.iterdir())

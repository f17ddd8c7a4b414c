"""Training histories, from the workflow's paths to one CSV."""

import runpy
from pathlib import Path

import pytest

from aeot.errors import InputError
from aeot.files import load_rows

ROOT = Path(__file__).parents[2]
main = runpy.run_path(str(ROOT / "scripts" / "collect_training.py"))["main"]


def history(folder, seed):
    path = folder / "results" / "mnist" / "autoencoder" / f"seed{seed}" / "history.csv"
    path.parent.mkdir(parents=True)
    path.write_text("phase,epoch,train_loss,test_loss\n1,1,0.5,0.6\n2,2,0.25,0.5\n")
    return str(path)


def arguments(folder, histories):
    return ["--histories", *histories, "--published", str(ROOT / "config" / "published.csv"),
            "--source", "mnist", "--out-rows", str(folder / "training.csv")]  # fmt: skip


def test_seeds_freeze_and_published_losses_are_in_one_file(tmp_path):
    main(arguments(tmp_path, [history(tmp_path, 1), history(tmp_path, 0)]))
    rows = load_rows(tmp_path / "training.csv", "series", "seed", "epoch", "loss", "label")
    assert [row["loss"] for row in rows if row["series"] == "published"] == ["0.0013", "0.0005"]
    assert [(row["seed"], row["epoch"]) for row in rows if row["series"] == "freeze"] == [
        ("0", "1"),
        ("1", "1"),
    ]
    assert len(rows) == 2 * (2 * 2 + 1) + 2


def test_one_seed_given_twice_is_named(tmp_path):
    path = history(tmp_path, 0)
    with pytest.raises(InputError, match="of the same run"):
        main(arguments(tmp_path, [path, path]))

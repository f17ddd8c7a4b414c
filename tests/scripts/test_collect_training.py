"""Training histories, from the workflow's paths to one CSV."""

from pathlib import Path

import pytest

import collect_rows
from aeot.errors import InputError
from aeot.files import load_rows

ROOT = Path(__file__).parents[2]


def history(folder, seed):
    path = folder / "results" / "mnist" / "autoencoder" / f"seed{seed}" / "history.csv"
    path.parent.mkdir(parents=True)
    path.write_text("phase,epoch,train_loss,test_loss\n1,1,0.5,0.6\n2,2,0.25,0.5\n")
    return str(path)


def arguments(folder, histories):
    return ["--collection", "training",
            "--files", *(f"training_histories={path}" for path in histories),
            f"published={ROOT / 'config' / 'published.csv'}", "--where", "source=mnist",
            "--out-rows", str(folder / "training.csv")]  # fmt: skip


def test_seeds_freeze_and_published_losses_are_in_one_file(tmp_path):
    collect_rows.main(arguments(tmp_path, [history(tmp_path, 1), history(tmp_path, 0)]))
    rows = load_rows(tmp_path / "training.csv", "series", "seed", "epoch", "loss", "label")
    assert [row["loss"] for row in rows if row["series"] == "published"] == ["0.0013", "0.0005"]
    assert [(row["seed"], row["epoch"]) for row in rows if row["series"] == "freeze"] == [
        ("0", "1"),
        ("1", "1"),
    ]
    assert len(rows) == 2 * (2 * 2 + 1) + 2


def test_one_seed_given_twice_is_named(tmp_path):
    path = history(tmp_path, 0)
    with pytest.raises(InputError, match="from the same run"):
        collect_rows.main(arguments(tmp_path, [path, path]))

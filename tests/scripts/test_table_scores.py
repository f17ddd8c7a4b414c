"""Table 4 from the command line: real files in, the same table in every form."""

import runpy
from pathlib import Path

import pytest

from aeot.errors import InputError
from aeot.files import load_rows, save_rows
from aeot.tables.scores import SCORES

ROOT = Path(__file__).parents[2]
main = runpy.run_path(str(ROOT / "scripts" / "write_table.py"))["main"]


def arguments(folder):
    outputs = [f"--out-{form}={folder / f'table.{form}'}" for form in ("csv", "md", "tex", "html")]
    published = str(ROOT / "config" / "published.csv")
    files = [f"scores={folder / 'scores.csv'}", f"published={published}"]
    return ["--table", "scores", "--files", *files, *outputs]


def save(folder, *rows):
    save_rows(folder / "scores.csv", [dict(zip(SCORES, row, strict=True)) for row in rows],
              list(SCORES))  # fmt: skip


def test_the_table_is_written_in_every_form(tmp_path):
    save(
        tmp_path,
        (
            "mnist5k",
            "mnist5k",
            "aeotcentres",
            0,
            "efficientnetlite0",
            "frechet_distance",
            254.25,
            9,
            8,
        ),
        ("mnist5k", "mnist5k", "aeotcentres", 0, "efficientnetlite0", "f8", 0.5, 7, 7),
    )
    main(arguments(tmp_path))
    rows = load_rows(tmp_path / "table.csv", "metric", "mean", "sd", "published_source")
    assert [(row["metric"], row["mean"], row["sd"]) for row in rows] == [
        ("f8", "0.5", ""),
        ("frechet_distance", "254.25", ""),
    ]
    text = (tmp_path / "table.md").read_text()
    assert "| Published (Inception FID, not comparable) |" in text
    line = "254.2 | — | — | 0.500 | — | 9 / 8 | 7 / 7 | 1 | 6.4 † | AE-OT Table 4 |"
    assert f"| AE-OT (mass centres) | {line}" in text
    assert (
        "AE-OT (mass centres) & 254.2 & --- & --- & 0.500 & ---"
        in (tmp_path / "table.tex").read_text()
    )
    assert "<td>254.2</td><td>—</td>" in (tmp_path / "table.html").read_text()


@pytest.mark.parametrize(
    ("key", "how", "fault"),
    [
        ("mnist5k/aeot", "keep", "input should be 'redraw', 'reject' or 'plain' .got 'keep'"),
        ("aeot", "reject", "'aeot' is not DATASET/METHOD"),
    ],
)
def test_a_treatment_of_singular_samples_that_is_none_is_named(tmp_path, key, how, fault):
    save(tmp_path, ("mnist5k", "mnist5k", "aeot", 0, "x", "frechet_distance", 254.25, 9, 8))
    with pytest.raises(InputError, match=fault):
        main([*arguments(tmp_path), "--set", f'singular={{"{key}": "{how}"}}'])
    assert not (tmp_path / "table.md").exists()


def test_no_scores_is_said(tmp_path):
    save(tmp_path)
    with pytest.raises(InputError, match="has no rows"):
        main(arguments(tmp_path))


def test_a_missing_column_is_said(tmp_path):
    (tmp_path / "scores.csv").write_text("dataset,model\nmnist,aeot\n")
    with pytest.raises(InputError, match="has no column 'source'"):
        main(arguments(tmp_path))

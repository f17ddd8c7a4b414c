"""The commands of the study of mode collapse: their files and their sentences."""

import numpy as np
import pytest

import collect_rows
import compute_collapse
import draw_mixture
import fit_points
import map_cells
import write_table
from aeot.errors import InputError
from aeot.files import load_arrays, load_json, load_rows, save_arrays

PUBLISHED = "table,source,model,metric,value,error,n,quotes,remark,note\n"


@pytest.fixture
def place(tmp_path):
    """A folder with training points, a fitted model's points, history and scores."""
    run = tmp_path / "grid" / "aeot512" / "seed0"
    draw_mixture.main(
        ["--mixture", "grid", "--count", "500", "--out-points", str(tmp_path / "train.npz")]
    )
    fit_points.main(options(tmp_path, run, "aeot", "codes=40", "count=200"))
    compute_collapse.main(
        ["--points", str(run / "points.npz"), "--mixture", "grid",
         *("--training-points", str(tmp_path / "train.npz")),
         "--out-rows", str(run / "scores.csv")]
    )  # fmt: skip
    return tmp_path


def options(folder, run, model, *settings):
    return [
        *("--model", model, "--points", str(folder / "train.npz"), "--trials", "2"),
        *("--set", *settings, "--device", "cpu"),
        *("--out-points", str(run / "points.npz"), "--out-history", str(run / "history.csv")),
        *("--out-report", str(run / "report.json"), "--out-model", str(run / "fitted.pt")),
    ]


def test_points_are_drawn_once_a_seed(tmp_path):
    for name, seed in (("a", "0"), ("b", "0"), ("c", "1")):
        out = str(tmp_path / f"{name}.npz")
        draw_mixture.main(["--mixture", "hundred", "--seed", seed, "--count", "9",
                           "--out-points", out])  # fmt: skip
    a, b, c = (load_arrays(tmp_path / f"{name}.npz", "points")["points"] for name in "abc")
    assert a.shape == (9, 10)
    assert (a == b).all()
    assert (a != c).any()


def test_a_fit_writes_points_history_and_report(place):
    run = place / "grid" / "aeot512" / "seed0"
    assert load_arrays(run / "points.npz", "points")["points"].shape == (1, 2, 200, 2)
    assert [row["moment"] for row in load_rows(run / "history.csv")] == ["0"]
    report = load_json(run / "report.json")
    assert (report["model"], report["trials"]) == ("aeot", 2)
    assert not list(run.glob("*.checkpoint*"))


def test_a_fit_is_shared_where_drawing_alone_differs(place):
    run, own, shared = (place / name for name in ("grid/aeot512/seed0", "own", "shared"))
    fit = [str(run / name) for name in ("fitted.pt", "history.csv", "report.json", "points.npz")]
    words = ["codes=40", "count=200", "singular=plain"]
    fit_points.main(options(place, own, "aeot", *words))
    fit_points.main([*options(place, shared, "aeot", *words), "--fitted", *fit])
    for name in ("points.npz", "fitted.pt"):
        assert (own / name).read_bytes() == (shared / name).read_bytes()
    assert (own / "points.npz").read_bytes() != (run / "points.npz").read_bytes()
    assert (shared / "history.csv").read_bytes() == (run / "history.csv").read_bytes()
    reports = [load_json(folder / "report.json") for folder in (own, shared)]
    assert reports[0]["fit"] == reports[1]["fit"] and reports[0]["draw"] == reports[1]["draw"]

    with pytest.raises(InputError, match="was fitted with codes=40, not 41"):
        fit_points.main([*options(place, place / "x", "aeot", "codes=41"), "--fitted", *fit])
    with pytest.raises(InputError, match="has 2 trials, not 3; fit the model again"):
        fit_points.main([*options(place, place / "x", "aeot", "codes=40"), "--trials", "3",
                         "--fitted", *fit])  # fmt: skip
    assert not (place / "x").exists()


def test_from_scores_to_the_table(place):
    run = place / "grid" / "aeot512" / "seed0"
    collect_rows.main(
        ["--collection", "modes",
         "--files", f"scores={run / 'scores.csv'}", f"histories={run / 'history.csv'}",
         "--out-rows", str(place / "all.csv")]
    )  # fmt: skip
    rows = load_rows(place / "all.csv", "mixture", "row", "seed", "seconds", "metric", "value")
    assert {row["row"] for row in rows} == {"aeot512"}
    printed = PUBLISHED + "AE-OT Table 2,grid,aeot512,reverse_kl_data,0.007,0.002,10,,,\n"
    (place / "published.csv").write_text(printed)
    write_table.main(
        ["--table", "modes",
         "--files", f"rows={place / 'all.csv'}", f"published={place / 'published.csv'}",
         *("--out-csv", str(place / "t.csv"), "--out-md", str(place / "t.md")),
         *("--out-tex", str(place / "t.tex"), "--out-html", str(place / "t.html"))]
    )  # fmt: skip
    text = (place / "t.md").read_text()
    assert "AE-OT, 512 points" in text
    assert text.count("0.007 ± 0.002") == 1
    header = next(line for line in text.splitlines() if line.startswith("| Model"))
    assert "| Reverse KL, to its data | published |" in header and header.count("published") == 1
    summary = {row["metric"]: row for row in load_rows(place / "t.csv")}
    values = [float(row["value"]) for row in rows if row["metric"] == "high_quality"]
    assert float(summary["high_quality"]["mean"]) == pytest.approx(np.mean(values))
    error = np.std(values, ddof=1) / np.sqrt(2)
    assert float(summary["high_quality"]["se"]) == pytest.approx(error)


def test_the_divergence_from_the_data_is_that_from_each_trials_own_points(place):
    run = place / "grid" / "aeot512" / "seed0"
    train = load_arrays(place / "train.npz", "points")["points"]
    drawn = load_arrays(run / "points.npz", "points", "rows")
    assert drawn["rows"].shape == (2, 40)
    means = np.array([(x, y) for x in (-4, -2, 0, 2, 4) for y in (-4, -2, 0, 2, 4)])

    def histogram(points):
        far = ((points[:, None] - means) ** 2).sum(axis=2)
        return np.bincount(far.argmin(axis=1), minlength=25) / len(points)

    scores = load_rows(run / "scores.csv")
    found = {row["trial"]: float(row["value"]) for row in scores
             if row["metric"] == "reverse_kl_data"}  # fmt: skip
    for trial in range(2):
        p, q = histogram(drawn["points"][0, trial]), histogram(train[drawn["rows"][trial]])
        expected = sum(a * np.log(a / b) if b else np.inf for a, b in zip(p, q, strict=True) if a)
        assert found[str(trial)] == pytest.approx(expected)
    assert found["0"] != found["1"]


def test_rows_of_other_training_points_are_refused(place):
    save_arrays(place / "few.npz", points=np.zeros((20, 2), np.float32))
    with pytest.raises(InputError, match="fitted to points other than these 20"):
        compute_collapse.main(
            ["--points", str(place / "grid" / "aeot512" / "seed0" / "points.npz"),
             *("--mixture", "grid", "--training-points", str(place / "few.npz")),
             *("--out-rows", str(place / "rows.csv"))]
        )  # fmt: skip
    assert not (place / "rows.csv").exists()


def test_any_file_of_points_is_scored_and_no_quality_is_an_empty_cell(tmp_path):
    (tmp_path / "mine.csv").write_text("1,1\n-1,1\n")
    compute_collapse.main(
        ["--points", str(tmp_path / "mine.csv"), "--mixture", "grid",
         "--out-rows", str(tmp_path / "rows.csv")]
    )  # fmt: skip
    rows = {row["metric"]: row["value"] for row in load_rows(tmp_path / "rows.csv")}
    assert (rows["modes"], rows["high_quality"], rows["reverse_kl"]) == ("0.0", "0.0", "")
    assert float(rows["reverse_kl_all"]) > 0
    assert rows["reverse_kl_data"] == ""  # no training points were named


def test_the_raster_says_which_cell_and_what_is_rejected(place):
    map_cells.main(
        ["--fitted", str(place / "grid/aeot512/seed0/fitted.pt"), "--set", "codes=40",
         "--pixels", "20", "--device", "cpu", "--out-rows", str(place / "cells.csv")]
    )  # fmt: skip
    rows = load_rows(place / "cells.csv", "x", "y", "cell", "singular", "code_x", "code_y")
    assert len(rows) == 400
    assert {row["singular"] for row in rows} == {"0", "1"}
    assert len({row["cell"] for row in rows}) == 40
    train = load_arrays(place / "train.npz", "points")["points"]
    first = load_arrays(place / "grid/aeot512/seed0/points.npz", "rows")["rows"][0]
    assert {float(row["code_x"]) for row in rows} == {float(x) for x in train[first, 0]}


@pytest.mark.long
def test_cells_of_another_fit_are_refused(place):
    fitted = place / "grid/aeot512/seed0/fitted.pt"
    for words, fault in (
        (["--set", "codes=41"], "fitted with codes=40, not 41"),
        (["--set", "codes=40", "source=gaussian"], "needs source=uniform"),
        (["--set", "codes=40", "--pixels", "1"], "at least 2 --pixels"),
    ):
        with pytest.raises(InputError, match=fault):
            map_cells.main(["--fitted", str(fitted), *words, "--out-rows", str(place / "c.csv")])
    draw_mixture.main(["--mixture", "hundred", "--count", "50",
                       "--out-points", str(place / "train.npz")])  # fmt: skip
    fit_points.main(options(place, place / "ten", "aeot", "codes=40", "count=20"))
    with pytest.raises(InputError, match="do not lie in the plane"):
        map_cells.main(["--fitted", str(place / "ten" / "fitted.pt"), "--set", "codes=40",
                        "--out-rows", str(place / "c.csv")])  # fmt: skip
    assert not (place / "c.csv").exists()


def test_the_list_of_the_scatter_names_every_point(place):
    words = ["--collection", "scatter", "--out-rows", str(place / "s.csv"),
             "--files", f"points={place / 'train.npz'}",
             f"points={place}/grid/aeot512/seed0/points.npz",
             "--where", "mixture=grid", "--set", "count=150"]  # fmt: skip
    collect_rows.main([*words, 'names=["real", "aeot512"]'])
    rows = load_rows(place / "s.csv", "row", "x", "y")
    assert [row["row"] for row in rows] == ["real"] * 150 + ["aeot512"] * 150
    with pytest.raises(InputError, match="2 files have 1 names"):
        collect_rows.main([*words, 'names=["real"]'])


@pytest.mark.parametrize(
    ("command", "options", "sentence"),
    [
        (draw_mixture, {"--mixture": "cube"}, "not a known mixture"),
        (draw_mixture, {"--mixture": "grid", "--count": "0"}, "at least 1"),
        (fit_points, {"--model": "vae"}, "not a known model of points"),
        (fit_points, {"--model": "gmm", "--trials": "0"}, "at least 1"),
        (fit_points, {"--model": "gmm", "--set": "parts=3"}, "not a known key"),
        (compute_collapse, {"--mixture": "hundred"}, "2 coordinates"),
        (map_cells, {"--set": "source=gaussian"}, "needs source=uniform"),
        (map_cells, {}, "not a readable torch file"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_leaves_nothing(tmp_path, command, options, sentence):
    save_arrays(tmp_path / "p.npz", points=np.zeros((9, 2), np.float32))
    out = "--out-points" if command in (draw_mixture, fit_points) else "--out-rows"
    read = "--fitted" if command is map_cells else "--points"
    known = {} if command is draw_mixture else {read: str(tmp_path / "p.npz")}
    given = known | {out: str(tmp_path / "out")} | options
    with pytest.raises(InputError, match=sentence) as caught:
        command.main([word for pair in given.items() for word in pair])
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["p.npz"]

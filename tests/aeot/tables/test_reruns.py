"""The table of re-runs: outliers, failures, stars and flips, against counts by hand."""

import pandas as pd
import pytest

from aeot.curves.search import COLUMNS as ROWS
from aeot.search.rows import FAILED
from aeot.tables.published import PublishedNumbers
from aeot.tables.reruns import rerun_summary, rerun_table, severe

PRINTED = (
    "table,source,model,metric,value,error,n,quotes,remark,note\n"
    "Lucic et al. 2018,mnist,vae,frechet_distance,23.8,0.6,50,,,\n"
)


@pytest.fixture
def published(tmp_path):
    (tmp_path / "published.csv").write_text(PRINTED)
    return PublishedNumbers.load(tmp_path / "published.csv")


def records(**models):
    """Rows of re-runs: of every model the distances, None of a training that diverged."""
    rows = []
    for model, values in models.items():
        for run, value in enumerate(values):
            row = dict.fromkeys(ROWS, 1) | {
                "dataset": "mnist5k", "extractor": "flat", "model": model, "draw": 3, "run": run,
                "metric": "frechet_distance", "n_fake": 50,
                "hyperparameters": "beta1=0.51234 critic_norm=true",
            }  # fmt: skip
            first = {"step": 5, "value": 900.0, "diverged": 0}  # an earlier, worse checkpoint
            last = {"step": 10, "value": value or FAILED, "diverged": int(value is None)}
            rows += [row | first, row | last]
    return pd.DataFrame(rows, columns=ROWS)


def summary(published, limit=5.0, **models):
    found = rerun_summary(records(**models), {}, published, limit)
    return found.set_index("model").to_dict("index"), found


def test_a_severe_outlier_lies_far_above_the_median():
    # Median 12, deviations 2, 1, 0, 1, 2: their median is 1, so the bound is 12 + 5 * 1.4826.
    assert severe([10.0, 11.0, 12.0, 13.0, 14.0], 5.0) == [False] * 5
    assert severe([10.0, 11.0, 12.0, 13.0, 19.4], 5.0) == [False] * 5
    assert severe([10.0, 11.0, 12.0, 13.0, 19.5], 5.0) == [False] * 4 + [True]
    assert severe([-90.0, 11.0, 12.0, 13.0, 14.0], 5.0) == [False] * 5  # no score is too good
    assert severe([], 5.0) == [] and severe([7.0], 5.0) == [False]


def test_outliers_and_failures_are_counted_and_left_out_of_the_mean(published):
    own, _ = summary(
        published,
        vae=[10.0, 11.0, 12.0, 13.0, 14.0, 13.0],
        nsgan=[10.0, 11.0, 12.0, 13.0, 500.0, 12.0],
        wgan=[10.0, 11.0, 12.0, 13.0, None, 12.0],
        lsgan=[10.0, 11.0, None, 13.0, None, 12.0],
        began=[None] * 6,
    )
    counts = {m: tuple(row[k] for k in ("kept", "outliers", "diverged", "runs", "mark"))
              for m, row in own.items()}  # fmt: skip
    assert counts == {
        "vae": (6, 0, 0, 6, ""), "nsgan": (5, 1, 0, 6, "*"), "wgan": (5, 0, 1, 6, "*"),
        "lsgan": (4, 0, 2, 6, "**"), "began": (0, 0, 6, 6, "**"),
    }  # fmt: skip
    assert own["nsgan"]["mean"] == own["wgan"]["mean"] == pytest.approx(11.6)
    assert own["nsgan"]["sd"] == pytest.approx(1.3**0.5)
    assert own["began"]["mean"] is None and own["began"]["sd"] is None


def test_two_stars_stand_from_a_fifth_of_failures_on(published):
    own, _ = summary(published, vae=[9.0] * 4 + [None], nsgan=[9.0] * 5 + [None])
    assert (own["vae"]["mark"], own["nsgan"]["mark"]) == ("**", "*")


def test_flips_are_counted_by_hand(published):
    # Pairs of trainings 01, 02, 12. vae, nsgan: orders <, >, < flip in 01 and 12. vae, wgan: always
    # <. nsgan, wgan: orders <, <, > (diverged is last) flip in 02 and 12.
    own, rows = summary(published, vae=[1.0, 6.0, 2.0], nsgan=[3.0, 5.0, None], wgan=[9.0] * 3)
    assert {(row["flipped"], row["pairs"]) for row in own.values()} == {(4, 9)}
    notes = "\n".join(rerun_table(rows, 5.0).notes)
    assert "changed places in 4 of 9 pairs, 44.4 %" in notes
    # Two trainings that diverged are a tie.
    own, _ = summary(published, vae=[None, 1.0], nsgan=[None, 2.0])
    assert (own["vae"]["flipped"], own["vae"]["pairs"]) == (0, 1)
    _, rows = summary(published, vae=[1.0, 2.0])
    assert "cannot tell how stable" in "\n".join(rerun_table(rows, 5.0).notes)


def test_the_printed_number_stands_beside_with_its_deviation(published):
    own, rows = summary(published, vae=[10.0, 12.0], nsgan=[None, 4.0])
    assert own["vae"]["published"] == "23.8 ± 0.6" and own["nsgan"]["published"] is None
    (block,) = rerun_table(rows, 5.0).blocks
    assert block.heading == "MNIST (5,000 digits)"
    lines = {line[0]: dict(zip(block.header, line, strict=True)) for line in block.rows}
    vae, gan = lines["VAE"], lines["NS GAN"]
    assert vae["FD (flat)"] == "11.00 ± 1.41" and gan["FD (flat)"] == "4.00 **"
    assert vae["Published (Inception FID, not comparable)"] == "23.8 ± 0.6 †"
    assert (vae["Best draw"], vae["Its hyper-parameters"]) == (
        "3",
        "beta1 0.512, critic_norm True",
    )
    assert (gan["Trainings"], gan["Diverged"], gan["n"]) == ("2", "1", "50")

"""Table 4's arithmetic and layout: like is compared with like, nothing is not zero."""

import pandas as pd
import pytest

from aeot.errors import InputError
from aeot.files import frame_rows
from aeot.tables.published import COLUMNS, Published, PublishedNumbers
from aeot.tables.scores import PROGRESS, SCORES, score_rows, score_table


def printed(table, model, metric, value, error="", quotes="", remark=""):
    """A published number on MNIST."""
    row = (table, "mnist", model, metric, value, error, "", quotes, remark, "")
    return Published(**dict(zip(COLUMNS, row, strict=True)))


PRINTED = PublishedNumbers([printed("AE-OT Table 4", "aeot", "frechet_distance", "6.4")])


def score(model, seed, metric, value, n_fake=100, extractor="inception", source="mnist"):
    values = (source, source, model, seed, extractor, metric, value, 50, n_fake)
    return dict(zip(SCORES, values, strict=True))


def rows_of(scores, published=PRINTED, progress=None):
    trained = None if progress is None else pd.DataFrame(progress)
    return score_rows(pd.DataFrame(scores), published, trained)


SCORED = [
    score("aeot", 0, "frechet_distance", 6.0),
    score("aeot", 1, "frechet_distance", 8.0),
    score("aeot", 0, "kernel_distance", 0.004),
    score("aeot", 1, "kernel_distance", 0.006),
    score("aeot", 0, "f8", 0.9, n_fake=50),
    score("floor", 0, "frechet_distance", 1.25, n_fake=200),
    score("newmodel", 0, "kernel_distance", -0.0002),
]


def lines(scores):
    (block,) = score_table(rows_of(scores, PRINTED)).blocks
    assert all(len(row) == len(block.header) for row in block.rows)
    return block.header, block.rows


def test_means_spreads_and_counts_by_hand():
    rows = {(r["model"], r["metric"]): r for r in frame_rows(rows_of(SCORED))}
    distance = rows["aeot", "frechet_distance"]
    assert (distance["mean"], distance["seeds"]) == (7.0, 2)
    assert distance["sd"] == pytest.approx(2**0.5)
    assert (distance["n_real"], distance["n_fake"], distance["published"]) == (50, 100, "6.4")
    assert rows["aeot", "kernel_distance"]["published"] is None
    assert rows["floor", "frechet_distance"]["sd"] is None


def test_the_table_as_people_read_it():
    header, rows = lines(SCORED)
    assert header[1] == "FID"
    assert header[-2:] == ["Published FID", "Printed in"]
    assert rows == [
        ["Training images (floor)", "1.25", "—", "—", "—", "—", "50 / 200", "—", "1", "—", "—"],
        [
            *("AE-OT", "7.00 ± 1.41", "5.00 ± 1.41", "—", "0.900", "—"),
            *("50 / 100", "50 / 50", "1–2", "6.4", "AE-OT Table 4"),
        ],
        ["newmodel", "—", "−0.20", "—", "—", "—", "50 / 100", "—", "1", "—", "—"],
    ]


def test_the_standard_error_stands_beside_the_kernel_distance_in_its_unit():
    header, rows = lines([*SCORED, score("newmodel", 0, "kernel_distance_se", 0.0015)])
    place = header.index("s.e.")
    assert header[place - 1] == "KID × 1000"
    assert rows[-1][place - 1 : place + 1] == ["−0.20", "1.50"]


def test_the_order_of_the_scores_does_not_matter():
    assert rows_of(SCORED[::-1]).equals(rows_of(SCORED))


def test_another_extractor_is_never_called_fid_nor_compared():
    header, rows = lines([score("aeot", 0, "frechet_distance", 254.3, extractor="small")])
    assert header[1] == "FD (small)"
    assert header[-2] == "Published (Inception FID, not comparable)"
    assert (rows[0][1], rows[0][-2]) == ("254.3", "6.4")


def test_each_data_set_and_extractor_has_its_own_block():
    scores = [
        score("aeot", 0, "frechet_distance", 5.0, source=source, extractor=extractor)
        for source in ("shapes", "mnist")
        for extractor in ("small", "inception")
    ]
    headings = [block.heading for block in score_table(rows_of(scores, PRINTED)).blocks]
    assert headings == [
        "MNIST: features of inception",
        "MNIST: features of small",
        "Shapes (synthetic): features of inception",
        "Shapes (synthetic): features of small",
    ]


def test_a_metric_without_a_column_stays_in_the_rows_and_out_of_the_table():
    scores = [*SCORED, score("aeot", 0, "realism", 0.001)]
    assert len(rows_of(scores, PRINTED)) == len(rows_of(SCORED, PRINTED)) + 1
    assert lines(scores) == lines(SCORED)


def test_sharpness_and_convexity_have_columns_where_they_were_computed():
    more = [score("aeot", 0, "sharpness", 0.0061), score("floor", 0, "convexity", 0.876)]
    header, rows = lines(SCORED + more)
    assert "Sharpness × 1000" in header and "Convexity" in header
    cells = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert cells["AE-OT"]["Sharpness × 1000"] == "6.1" and cells["AE-OT"]["Convexity"] == "—"
    assert cells["Training images (floor)"]["Convexity"] == "0.88"
    assert "Convexity" not in lines(SCORED)[0]
    notes = " ".join(score_table(rows_of(SCORED + more, PRINTED)).notes)
    assert "Noise is sharp, too" in notes
    assert "Noise is sharp" not in " ".join(score_table(rows_of(SCORED, PRINTED)).notes)


def test_masses_and_copies_are_shares_in_percent():
    more = [
        score("aeot", 0, "mass_error_rms", 0.034, n_fake=10000),
        score("aeot", 0, "mass_error_rms_se", 0.012, n_fake=10000),
        score("aeot", 0, "copies_share", 0.041, n_fake=10000),
    ]
    scores = [row for row in SCORED if row["seed"] == 0]
    header, rows = lines(scores + more)
    columns = [header.index(name) for name in ("Mass error, %", "Codes, %")]
    assert [rows[1][k] for k in columns] == ["3.4", "4.1"]
    assert rows[1][columns[0] + 1] == "1.2"
    assert [rows[0][k] for k in columns] == ["—", "—"]
    notes = " ".join(score_table(rows_of(scores + more, PRINTED)).notes)
    assert notes.count("Mass error:") == notes.count("Codes:") == 1


LSGAN = [
    printed("AE-OT Table 3", "lsgan", "frechet_distance", "87.1", quotes="Lucic et al. 2018"),
    printed("Lucic et al. 2018", "lsgan", "frechet_distance", "87.1", "47.5"),
]


def table_of(scores, numbers, **options):
    (block,) = (table := score_table(rows_of(scores, numbers), **options)).blocks
    return table, [dict(zip(block.header, row, strict=True)) for row in block.rows]


def test_a_quoted_number_has_the_spread_and_the_name_of_the_study_that_it_comes_from():
    scores = [score("lsgan", 0, "frechet_distance", 90.0)]
    _, (line,) = table_of(scores, PublishedNumbers(LSGAN))
    assert (line["Published FID"], line["Printed in"]) == ("87.1 ± 47.5", "Lucic et al. 2018")
    (row,) = frame_rows(rows_of(scores, PublishedNumbers(LSGAN)))
    assert (row["published"], row["published_table"]) == ("87.1 ± 47.5", "Lucic et al. 2018")


def test_what_the_published_experiment_did_otherwise_is_said_and_explained_where_it_occurs():
    scores = [score("glo", 0, "frechet_distance", 60.0)]
    number = printed("Study", "glo", "frechet_distance", "49.6", "0.3", remark="other features")
    table, (line,) = table_of(scores, PublishedNumbers([number]))
    assert line["Published FID"] == "49.6 ± 0.3 (other features)"
    assert "differs from ours" in " ".join(table.notes)
    plain, _ = table_of(scores, PublishedNumbers(LSGAN))
    assert "differs from ours" not in " ".join(plain.notes)


def test_a_published_sharpness_stands_in_the_unit_of_ours():
    scores = [score("vae", 0, "frechet_distance", 60.0), score("vae", 0, "sharpness", 0.0041)]
    numbers = PublishedNumbers([printed("WAE", "vae", "sharpness", "0.003", "0.0005")])
    _, (line,) = table_of(scores, numbers)
    assert line["Sharpness × 1000"] == "4.1"
    assert line["Published sharpness × 1000"] == "3 ± 0.5"
    assert (line["Published FID"], line["Printed in"]) == ("—", "WAE")
    assert "Published sharpness × 1000" not in table_of(scores, PRINTED)[1][0]


def progress(model, images):
    values = ("mnist", model, 0, 0, None, 9.5, images)
    return dict(zip(PROGRESS, values, strict=True))


def test_training_images_are_shown_where_they_differ_between_rows():
    scores = [score(model, 0, "frechet_distance", 9.0) for model in ("floor", "aeot", "nsgan")]
    for images, shown in ((100, True), (25, False)):
        rows = rows_of(scores, PRINTED, [progress("aeot", 25), progress("nsgan", images)])
        (block,) = (table := score_table(rows)).blocks
        assert ("Training images" in block.header) == shown
        assert ("were encoded" in " ".join(table.notes)) == shown
        if shown:
            place = block.header.index("Training images")
            assert [row[place] for row in block.rows] == ["—", "25", "100"]


def test_the_table_says_what_becomes_of_singular_samples():
    scores = [score(model, 0, "frechet_distance", 9.0) for model in ("aeot", "aeotcentres", "ae")]
    singular = {("mnist", "aeot"): "redraw", ("mnist", "aeotcentres"): "reject",
                ("mnist", "unscored"): "plain", ("elsewhere", "aeot"): "plain"}  # fmt: skip
    notes = " ".join(table_of(scores, PRINTED, singular=singular)[0].notes)
    assert "is drawn again within its cell in the rows: AE-OT." in notes
    assert "is rejected in the rows: AE-OT (mass centres)." in notes
    assert "plain map" not in notes
    assert "singular" not in " ".join(table_of(scores, PRINTED)[0].notes)


def test_data_sets_are_named_where_a_row_treats_singular_samples_in_two_ways():
    scores = [
        score("aeot", 0, "frechet_distance", 9.0, source=name) for name in ("mnist", "shapes")
    ]
    singular = {("mnist", "aeot"): "redraw", ("shapes", "aeot"): "plain"}
    notes = " ".join(score_table(rows_of(scores, PRINTED), singular).notes)
    assert "within its cell in the rows: AE-OT on mnist." in notes
    assert "a training code, in the rows: AE-OT on shapes." in notes


def test_faults_are_named():
    with pytest.raises(InputError, match="two values for one seed"):
        rows_of([SCORED[0], SCORED[0]], PRINTED)
    with pytest.raises(InputError, match="different numbers of images"):
        rows_of([SCORED[0], score("aeot", 1, "frechet_distance", 8.0, n_fake=99)], PRINTED)
    with pytest.raises(InputError, match=r"mnist/aeot \(inception\), seed 0"):
        rows_of([score("aeot", 0, "frechet_distance", float("nan"))], PRINTED)

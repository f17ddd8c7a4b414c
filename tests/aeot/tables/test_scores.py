"""Table 4's arithmetic and layout: like is compared with like, nothing is not zero."""

import pytest

from aeot.errors import InputError
from aeot.tables.published import COLUMNS, Published, PublishedNumbers
from aeot.tables.scores import SCORES, score_rows, score_table

PRINTED = PublishedNumbers([
    Published(**dict(zip(COLUMNS, ("AE-OT Table 4", "mnist", "aeot", "frechet_distance", "6.4",
                                   "", "", ""), strict=True)))
])  # fmt: skip


def score(model, seed, metric, value, n_fake=100, extractor="inception", source="mnist"):
    values = (source, source, model, str(seed), extractor, metric, repr(value), "50", str(n_fake))
    return dict(zip(SCORES, values, strict=True))


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
    (block,) = score_table(score_rows(scores, PRINTED)).blocks
    assert all(len(row) == len(block.header) for row in block.rows)
    return block.header, block.rows


def test_means_spreads_and_counts_by_hand():
    rows = {(r["model"], r["metric"]): r for r in score_rows(SCORED, PRINTED)}
    distance = rows["aeot", "frechet_distance"]
    assert (distance["mean"], distance["seeds"]) == (7.0, 2)
    assert distance["sd"] == pytest.approx(2**0.5)
    assert (distance["n_real"], distance["n_fake"], distance["published"]) == (50, 100, "6.4")
    assert rows["aeot", "kernel_distance"]["published"] is None
    assert rows["floor", "frechet_distance"]["sd"] is None


def test_the_table_as_people_read_it():
    header, rows = lines(SCORED)
    assert header[1] == "FID"
    assert header[-1] == "Published FID"
    assert rows == [
        ["Training images (floor)", "1.25", "—", "—", "—", "—", "50 / 200", "—", "1", "—"],
        [
            *("AE-OT", "7.00 ± 1.41", "5.00 ± 1.41", "—", "0.900", "—"),
            *("50 / 100", "50 / 50", "1–2", "6.4"),
        ],
        ["newmodel", "—", "−0.20", "—", "—", "—", "50 / 100", "—", "1", "—"],
    ]


def test_the_standard_error_stands_beside_the_kernel_distance_in_its_unit():
    header, rows = lines([*SCORED, score("newmodel", 0, "kernel_distance_se", 0.0015)])
    place = header.index("s.e.")
    assert header[place - 1] == "KID × 1000"
    assert rows[-1][place - 1 : place + 1] == ["−0.20", "1.50"]


def test_the_order_of_the_scores_does_not_matter():
    assert score_rows(SCORED[::-1], PRINTED) == score_rows(SCORED, PRINTED)


def test_another_extractor_is_never_called_fid_nor_compared():
    header, rows = lines([score("aeot", 0, "frechet_distance", 254.3, extractor="small")])
    assert header[1] == "FD (small)"
    assert header[-1] == "Published (Inception FID, not comparable)"
    assert (rows[0][1], rows[0][-1]) == ("254.3", "6.4")


def test_each_data_set_and_extractor_has_its_own_block():
    scores = [
        score("aeot", 0, "frechet_distance", 5.0, source=source, extractor=extractor)
        for source in ("shapes", "mnist")
        for extractor in ("small", "inception")
    ]
    headings = [block.heading for block in score_table(score_rows(scores, PRINTED)).blocks]
    assert headings == [
        "MNIST: features of inception",
        "MNIST: features of small",
        "Shapes (synthetic): features of inception",
        "Shapes (synthetic): features of small",
    ]


def test_a_metric_without_a_column_stays_in_the_rows_and_out_of_the_table():
    scores = [*SCORED, score("aeot", 0, "density", 0.001)]
    assert len(score_rows(scores, PRINTED)) == len(score_rows(SCORED, PRINTED)) + 1
    assert lines(scores) == lines(SCORED)


def test_sharpness_and_convexity_have_columns_where_they_were_computed():
    more = [score("aeot", 0, "sharpness", 0.0061), score("floor", 0, "convexity", 0.876)]
    header, rows = lines(SCORED + more)
    assert "Sharpness × 1000" in header and "Convexity" in header
    cells = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert cells["AE-OT"]["Sharpness × 1000"] == "6.1" and cells["AE-OT"]["Convexity"] == "—"
    assert cells["Training images (floor)"]["Convexity"] == "0.88"
    assert "Convexity" not in lines(SCORED)[0]
    notes = " ".join(score_table(score_rows(SCORED + more, PRINTED)).notes)
    assert "Noise is sharp, too" in notes
    assert "Noise is sharp" not in " ".join(score_table(score_rows(SCORED, PRINTED)).notes)


def test_masses_and_copies_are_shares_in_percent():
    more = [
        score("aeot", 0, "mass_error_rms", 0.034, n_fake=10000),
        score("aeot", 0, "mass_error_rms_se", 0.012, n_fake=10000),
        score("aeot", 0, "copies_share", 0.041, n_fake=10000),
    ]
    scores = [row for row in SCORED if row["seed"] == "0"]
    header, rows = lines(scores + more)
    columns = [header.index(name) for name in ("Mass error, %", "Codes, %")]
    assert [rows[1][k] for k in columns] == ["3.4", "4.1"]
    assert rows[1][columns[0] + 1] == "1.2"
    assert [rows[0][k] for k in columns] == ["—", "—"]
    notes = " ".join(score_table(score_rows(scores + more, PRINTED)).notes)
    assert notes.count("Mass error:") == notes.count("Codes:") == 1


def test_faults_are_named():
    with pytest.raises(InputError, match="two values for one seed"):
        score_rows([SCORED[0], SCORED[0]], PRINTED)
    with pytest.raises(InputError, match="different numbers of images"):
        score_rows([SCORED[0], score("aeot", 1, "frechet_distance", 8.0, n_fake=99)], PRINTED)
    with pytest.raises(InputError, match=r"mnist/aeot \(inception\), seed 0"):
        score_rows([score("aeot", 0, "frechet_distance", float("nan"))], PRINTED)

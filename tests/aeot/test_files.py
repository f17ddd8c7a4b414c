"""Files: whole or not there, the same bytes every time, and one sentence when one is wrong."""

import hashlib
import math
import pickle
import re

import numpy as np
import pytest

from aeot.errors import InputError
from aeot.files import (
    atomic,
    file_digest,
    load_arrays,
    load_images,
    load_json,
    load_matrix,
    load_rows,
    save_arrays,
    save_json,
    save_rows,
)


def test_rows_come_back_as_they_were_written(tmp_path):
    rows = [{"metric": "f8", "value": 0.1 + 0.2, "n": 7}, {"metric": 'a,"b"', "value": None}]
    save_rows(tmp_path / "rows.csv", rows, ["metric", "value", "n"])
    assert load_rows(tmp_path / "rows.csv", "metric", "value") == [
        {"metric": "f8", "value": repr(0.1 + 0.2), "n": "7"},
        {"metric": 'a,"b"', "value": "", "n": ""},
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("metric,n\nf8,1\n", "has no column 'value'"),
        ("", "has no column 'metric'"),
        ("metric,value\nf8,1,2\n", "line 2 does not have the header's 2 cells"),
        ("metric,value\nf8,1\nkid\n", "line 3 does not have the header's 2 cells"),
    ],
)
def test_a_file_of_another_shape_is_named(tmp_path, text, fault):
    (tmp_path / "rows.csv").write_text(text)
    with pytest.raises(InputError, match=fault):
        load_rows(tmp_path / "rows.csv", "metric", "value")


def test_a_missing_or_binary_file_is_named(tmp_path):
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00metric")
    for name in ("binary.csv", "absent.csv"):
        with pytest.raises(InputError, match=name):
            load_rows(tmp_path / name, "metric")


class Interrupted(Exception):
    """Stands for whatever ends a writer early."""


def listing(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_failing_writer_leaves_the_old_file_and_no_litter(tmp_path):
    target = tmp_path / "deep" / "file.txt"
    with atomic(target) as temporary:
        temporary.write_text("old")
    with pytest.raises(Interrupted), atomic(target) as temporary:
        temporary.write_text("half of the n")
        raise Interrupted
    assert target.read_text() == "old"
    assert listing(target.parent) == ["file.txt"]


def test_a_writer_that_fails_before_it_writes_leaves_nothing(tmp_path):
    with pytest.raises(Interrupted), atomic(tmp_path / "file.txt"):
        raise Interrupted
    assert listing(tmp_path) == []


def test_a_file_only_appears_under_its_name_when_it_is_whole(tmp_path):
    target = tmp_path / "file.npz"
    with atomic(target) as temporary:
        temporary.write_bytes(b"all")
        assert not target.exists()
        assert temporary.parent == target.parent  # a rename must not cross file systems
        assert temporary.name.startswith(".")  # globs such as *.npz do not see it
    assert target.read_bytes() == b"all"


def test_a_report_that_is_not_json_leaves_the_old_one(tmp_path):
    save_json(tmp_path / "report.json", {"b": 1, "a": None})
    for bad in ({"loss": math.nan}, {"array": np.zeros(2)}):
        with pytest.raises((ValueError, TypeError)):
            save_json(tmp_path / "report.json", bad)
    assert load_json(tmp_path / "report.json") == {"a": None, "b": 1}
    assert listing(tmp_path) == ["report.json"]


def test_reports_do_not_depend_on_the_order_of_keys(tmp_path):
    save_json(tmp_path / "a.json", {"a": 1, "b": 2})
    save_json(tmp_path / "b.json", {"b": 2, "a": 1})
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "3"])
def test_a_report_that_is_no_json_object_is_named(tmp_path, text):
    (tmp_path / "report.json").write_text(text)
    with pytest.raises(InputError, match=r"report\.json is not a readable JSON report"):
        load_json(tmp_path / "report.json")


def test_arrays_are_the_same_bytes_whenever_and_wherever_they_are_written(tmp_path, monkeypatch):
    arrays = {"images": np.arange(12, dtype=np.uint8).reshape(3, 4), "labels": np.arange(3)}
    save_arrays(tmp_path / "a.npz", **arrays)
    monkeypatch.setattr("time.time", lambda: 2e9)
    save_arrays(tmp_path / "elsewhere" / "b.npz", **arrays)
    first, second = tmp_path / "a.npz", tmp_path / "elsewhere" / "b.npz"
    assert first.read_bytes() == second.read_bytes()
    loaded = load_arrays(first)
    assert list(loaded) == ["images", "labels"]
    for name, array in arrays.items():
        np.testing.assert_array_equal(loaded[name], array, strict=True)


def test_an_array_that_is_not_there_is_named_with_those_that_are(tmp_path):
    save_arrays(tmp_path / "a.npz", images=np.zeros(2), labels=np.zeros(2))
    with pytest.raises(InputError, match=r"no array 'codes'; it contains \['images', 'labels'\]"):
        load_arrays(tmp_path / "a.npz", "images", "codes")


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_damaged_archive_is_named_and_never_read_wrong(tmp_path, save):
    """Cut anywhere, or with any few bytes changed: the right arrays, or one sentence."""
    arrays = {"images": np.arange(48, dtype=np.uint8), "labels": np.arange(3)}
    path = tmp_path / "a.npz"
    save(path, **arrays)
    whole, generator = path.read_bytes(), np.random.default_rng(0)
    refused = 0
    for trial in range(400):
        damaged = bytearray(whole)
        for place in generator.integers(len(whole), size=1 + trial % 3):
            damaged[place] = generator.integers(256)
        path.write_bytes(damaged if trial % 4 else damaged[: generator.integers(len(whole))])
        try:
            loaded = load_arrays(path, "images", "labels")
        except InputError as error:
            refused += 1
            assert str(error).startswith(f"{path} ")
            assert "\n" not in str(error)
        else:
            for name, array in arrays.items():
                np.testing.assert_array_equal(loaded[name], array, strict=True)
    assert refused > 200


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not an archive", pickle.dumps([1, 2])])
def test_what_is_no_archive_is_named(tmp_path, content):
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.npz is not a readable \.npz file"):
        load_arrays(tmp_path / "a.npz")


def test_a_single_array_is_no_archive(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros(3))
    with pytest.raises(InputError, match=r"a\.npy is not a readable \.npz file"):
        load_arrays(tmp_path / "a.npy", "images")


class Trap:
    """Runs when it is unpickled."""

    sprung = False

    def __reduce__(self):
        return (setattr, (Trap, "sprung", True))


def test_a_pickle_inside_an_archive_is_refused_unread(tmp_path):
    np.savez(tmp_path / "a.npz", images=np.array([Trap()], dtype=object))
    with pytest.raises(InputError, match=r"a\.npz is not a readable \.npz file"):
        load_arrays(tmp_path / "a.npz", "images")
    assert not Trap.sprung


def test_objects_are_not_written(tmp_path):
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        save_arrays(tmp_path / "a.npz", images=np.array([{}], dtype=object))
    assert listing(tmp_path) == []


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((2, 1, 4, 4), np.float32),
        np.zeros((2, 4, 4), np.uint8),
        np.zeros((0, 1, 4, 4), np.uint8),
    ],
)
def test_images_of_another_kind_are_named(tmp_path, images):
    save_arrays(tmp_path / "a.npz", images=images)
    kind = re.escape(f"not {images.dtype} of shape {images.shape}")
    with pytest.raises(InputError, match=rf"images must be uint8 of shape \(n, c, h, w\), {kind}"):
        load_images(tmp_path / "a.npz")


def test_images_of_another_shape_than_a_model_was_trained_on_are_refused(tmp_path):
    save_arrays(tmp_path / "a.npz", images=np.zeros((2, 3, 8, 8), np.uint8))
    assert load_images(tmp_path / "a.npz", (3, 8, 8)).shape == (2, 3, 8, 8)
    with pytest.raises(InputError, match=r"a.npz contains .*\(3, 8, 8\); .*trained on \(1, 8, 8\)"):
        load_images(tmp_path / "a.npz", (1, 8, 8))


def test_images_come_back(tmp_path):
    images = np.arange(32, dtype=np.uint8).reshape(2, 1, 4, 4)
    save_arrays(tmp_path / "a.npz", images=images, labels=np.arange(2))
    np.testing.assert_array_equal(load_images(tmp_path / "a.npz"), images, strict=True)


@pytest.mark.parametrize(
    ("matrix", "fault"),
    [
        (np.zeros(3), r"must be numbers of shape \(n, k\), not float64 of shape \(3,\)"),
        (np.zeros((0, 2)), r"of shape \(0, 2\)"),
        (np.array([["a"]]), "must be numbers"),
        (np.array([[1j]]), "must be numbers"),
        (np.array([[0.0], [1.0], [np.nan], [np.inf]]), r"is not finite \(first in row 2\)"),
    ],
)
def test_a_matrix_of_another_kind_is_named(tmp_path, matrix, fault):
    save_arrays(tmp_path / "a.npz", codes=matrix)
    with pytest.raises(InputError, match=fault):
        load_matrix(tmp_path / "a.npz", "codes")


def test_a_missing_file_is_named(tmp_path):
    for load in (load_arrays, load_images, lambda path: load_matrix(path, "codes")):
        with pytest.raises(InputError, match=r"absent\.npz does not exist\."):
            load(tmp_path / "absent.npz")
    for load in (load_json, load_rows):
        with pytest.raises(InputError, match=r"absent\.txt does not exist\."):
            load(tmp_path / "absent.txt")


def test_a_digest_is_that_of_the_content(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    # FIPS 180-2, appendix B.1, and RFC 1321, appendix A.5.
    assert file_digest(tmp_path / "a") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    assert file_digest(tmp_path / "a", "md5") == "900150983cd24fb0d6963f7d28e17f72"
    content = bytes(3 << 20) + b"end"  # longer than one read
    (tmp_path / "b").write_bytes(content)
    assert file_digest(tmp_path / "b") == hashlib.sha256(content).hexdigest()

"""Any bytes are read right or refused in a sentence, by every reader of files; so is any config.

Bytes are arbitrary, or those of a good file cut, changed or prolonged: most faults are such.
The examples are the same in every run.
"""

import gzip
import io
import json
import pickle
import string

import numpy as np
import PIL.Image
import pytest
import torch
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aeot.config import Config
from aeot.datasets.celeba import read_partition
from aeot.datasets.celeba_attributes import read_attributes
from aeot.datasets.cifar10 import parse_batch
from aeot.datasets.idx import parse_idx, read_bytes
from aeot.datasets.pictures import decode
from aeot.datasets.raw import load_list
from aeot.errors import InputError
from aeot.files import load_arrays, load_images, load_json, load_matrix, load_rows
from aeot.mixtures.points import load_points
from aeot.settings import parse_items
from aeot.state import load_state

fuzzed = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _npz(**arrays):
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def _state():
    stream = io.BytesIO()
    torch.save({"w": torch.arange(4.0), "n": [1, None, "a"]}, stream)
    return stream.getvalue()


def _png():
    stream = io.BytesIO()
    PIL.Image.fromarray(np.arange(48, dtype=np.uint8).reshape(4, 4, 3)).save(stream, "png")
    return stream.getvalue()


IDX = bytes((0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3)) + bytes(range(6))
FILES = {"source": "mnist", "files": [{"name": "a", "path": "a", "bytes": 1, "checksum": "md5:0"}]}
BATCH = {"data": np.zeros((2, 3072), np.uint8), "labels": [0, 1]}


def _idx(path):
    return parse_idx(read_bytes(path, 1000), path, (2, 3))


def _list(path):
    path.rename(path.with_name("files.json"))
    (path.parent / "a").write_bytes(b"1")
    return load_list(path.parent, "mnist")


def _picture(path):
    with path.open("rb") as stream:
        return decode(stream, str(path))


# Reader, suffix of its files, and a good one.
READERS = {
    "arrays": (load_arrays, ".npz", _npz(x=np.arange(3), y=np.ones((2, 2)))),
    "images": (load_images, ".npz", _npz(images=np.zeros((2, 1, 4, 4), np.uint8))),
    "matrix": (lambda path: load_matrix(path, "codes"), ".npz", _npz(codes=np.ones((3, 2)))),
    "points": (lambda path: load_points(path, 2), ".npz", _npz(points=np.ones((3, 2)))),
    "points in text": (lambda path: load_points(path, 2), ".csv", b"1,2\n3,4\n"),
    "report": (load_json, ".json", json.dumps({"a": [1, 2.5], "b": None}).encode()),
    "rows": (lambda path: load_rows(path, "a"), ".csv", b'a,b\n1,"x\ny"\n2,\n'),
    "state": (load_state, ".pt", _state()),
    "idx": (_idx, "", IDX),
    "idx, packed": (_idx, ".gz", gzip.compress(IDX)),
    "batch": (lambda path: parse_batch(path.read_bytes(), "b", 2), "", pickle.dumps(BATCH)),
    "partition": (read_partition, ".txt", b"000001.jpg 0\n000002.jpg 2\n"),
    "attributes": (read_attributes, ".txt", b"1\nBald Young\n000001.jpg -1 1\n"),
    "list": (_list, ".json", json.dumps(FILES).encode()),
    "picture": (_picture, ".png", _png()),
}


@st.composite
def altered(draw, good):
    """Change a good file at a few places, cut it, or append to it."""
    content = bytearray(good)
    for place in draw(st.lists(st.integers(0, len(good) - 1), max_size=4)):
        content[place] = draw(st.integers(0, 255))
    kept = draw(st.integers(0, len(good)) | st.just(len(good)))
    return bytes(content[:kept]) + draw(st.binary(max_size=8) | st.just(b""))


@pytest.mark.parametrize("name", READERS)
def test_a_good_file_is_read(tmp_path, name):
    read, suffix, good = READERS[name]
    (tmp_path / f"file{suffix}").write_bytes(good)
    read(tmp_path / f"file{suffix}")


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", READERS)
@fuzzed
@given(data=st.data())
def test_any_bytes_are_read_or_refused_in_a_sentence(tmp_path, name, data):
    read, suffix, good = READERS[name]
    content = data.draw(st.binary(max_size=64) | altered(good) | altered(good))
    path = tmp_path / f"file{suffix}"
    path.write_bytes(content)
    try:
        read(path)
    except InputError as error:
        assert str(error).strip().endswith((".", ")")) or "not a readable torch file" in str(error)


def _values():
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6)
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys(), inner, max_size=3),
        max_leaves=6,
    )


def _keys():
    known = [*Config.model_fields, "shapes", "aeot", "set", "data", "rows", "values", "model"]
    return st.sampled_from(known) | st.text(string.ascii_letters, max_size=4)


@fuzzed
@given(edits=st.dictionaries(st.sampled_from(list(Config.model_fields)), _values(), max_size=4))
def test_any_configuration_holds_or_is_explained(edits, default):
    try:
        Config.checked(default | edits, "")
    except InputError as error:
        assert str(error).endswith(".")


@pytest.fixture(scope="module")
def default():
    from aeot.provenance import SCRIPTS

    path = SCRIPTS.parent / "config" / "presets" / "smoke.yaml"
    base = yaml.safe_load((SCRIPTS.parent / "config" / "config.yaml").read_text())
    return base | yaml.safe_load(path.read_text())


@fuzzed
@given(words=st.lists(st.text(max_size=12), max_size=3))
def test_any_words_are_settings_or_refused(words):
    try:
        parse_items(words)
    except InputError as error:
        assert str(error).endswith(".")

import json
import subprocess
import sys
from pathlib import Path

import pytest

from aeot.datasets.fashionmnist import FashionMnist

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def fetch(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, SCRIPTS / "fetch_dataset.py", *words]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("mnist5k", "error: mnist5k has no raw files to fetch; prepare it directly."),
        ("nist", "error: 'nist' is not a known data set; known: celeba, cifar10"),
    ],
)
def test_a_fault_is_one_sentence(source, sentence, tmp_path):
    answer = fetch("--source", source, "--out-folder", tmp_path, "--out-list", tmp_path / "l.json")
    assert answer.returncode == 1
    assert answer.stderr.startswith(sentence) and answer.stderr.count("\n") == 1
    assert not (tmp_path / "l.json").exists()


@pytest.mark.long
def test_an_empty_root_is_one_sentence(tmp_path):
    answer = fetch(
        *("--source", "mnist", "--root", tmp_path),
        *("--out-folder", tmp_path / "raw", "--out-list", tmp_path / "raw" / "files.json"),
    )
    assert answer.returncode == 1 and "sources.mnist.root must contain it" in answer.stderr
    assert answer.stderr.count("\n") == 1


@pytest.mark.long
@pytest.mark.skipif(
    not FashionMnist.system_folder.is_dir(),
    reason="Debian's package dataset-fashion-mnist is not installed",
)
def test_the_list_tells_what_came_from_where(tmp_path):
    listing = tmp_path / "files.json"
    answer = fetch("--source", "fashionmnist", "--out-folder", tmp_path, "--out-list", listing)
    assert answer.returncode == 0, answer.stderr
    listed = json.loads(listing.read_text())
    assert listed["source"] == "fashionmnist"
    for entry in listed["files"]:
        assert (tmp_path / entry["path"]).stat().st_size == entry["bytes"]
        assert entry["checksum"] == f"sha256:{FashionMnist.content_sha256[entry['name']]}"
        assert entry["origin"].startswith(str(FashionMnist.system_folder))

"""What holds of every data set in the registry."""

import http.server
import json
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from aeot.datasets import DATASETS
from aeot.datasets.settings import DatasetSettings
from aeot.errors import InputError
from aeot.registry import resolve

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"
FETCHED = [name for name in sorted(DATASETS) if resolve(DATASETS, name, "data set").fetched]

every = pytest.mark.parametrize("name", sorted(DATASETS))
every_fetched = pytest.mark.parametrize("name", FETCHED)
# These are drawn, as many as are asked for.
DRAWN = {"polygons", "shapes"}
every_finite = pytest.mark.parametrize("name", sorted(set(DATASETS) - DRAWN))
# Those whose miniature's labels can be read off the image.
every_legible = pytest.mark.parametrize("name", ["cifar10", "fashionmnist", "mnist"])


@pytest.fixture
def raw(tmp_path):
    return tmp_path / "raw"


@pytest.fixture
def serve():
    """Serve a folder on this machine; gives its address."""
    running = []

    def start(folder):
        class Folder(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *args):
                super().__init__(*args, directory=str(folder))

            def log_message(self, *args):
                """Say nothing."""

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Folder)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


def redirect(dataset, address):
    """Let a data set be downloaded from another address."""
    if hasattr(dataset, "mirrors"):
        dataset.mirrors = (address,)
    elif hasattr(dataset, "address"):
        dataset.address = address + dataset.archive
    else:
        dataset.addresses = {name: address + name for name in dataset.addresses}


@every
def test_the_registry_names_the_class(name):
    dataset = resolve(DATASETS, name, "data set")
    assert dataset.name == name
    assert issubclass(dataset.Settings, DatasetSettings)
    with pytest.raises(InputError, match="colour"):
        dataset.Settings.from_items(["colour=red"])


@every
def test_every_setting_is_described(name):
    for key, field in resolve(DATASETS, name, "data set").Settings.model_fields.items():
        assert field.description, key


@pytest.mark.long
@every
def test_the_module_imports_nothing_heavy(name):
    module = DATASETS[name].split(":")[0]
    heavy = ["torch", "torchvision", "mlxtend", "PIL", "pandas", "sklearn"]
    code = f"import sys, {module}; print([m for m in {heavy} if m in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(SCRIPTS)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert answer.stdout.strip() == "[]", answer.stderr


@pytest.mark.long
@every
def test_splits_are_images_and_labels_of_one_shape(name, miniature, raw):
    train, test = miniature(name).splits(raw)
    for split in (train, test):
        assert split.images.dtype == np.uint8 and split.images.ndim == 4 and len(split.images)
        if split.labels is not None:
            assert split.labels.dtype == np.int64 and len(split.labels) == len(split.images)
            assert split.labels.ndim == 1 or set(np.unique(split.labels)) == {0, 1}
    assert train.images.shape[1:] == test.images.shape[1:]
    assert (train.labels is None) == (test.labels is None)


@every_legible
def test_labels_stay_with_their_images(name, miniature, raw):
    mini = miniature(name)
    for split in mini.splits(raw):
        assert split.labels.tolist() == [mini.label(image) for image in split.images]


@every
def test_whether_there_are_labels_is_known_before_any_image_is_read(name, miniature, raw):
    mini = miniature(name)
    train, _ = mini.splits(raw)
    known = mini.dataset.labelled(mini.dataset.Settings(**mini.settings), mini.root)
    assert known == (train.labels is not None)


@every
def test_sizes_and_shape_are_known_before_any_image_is_read(name, miniature, raw):
    mini = miniature(name)
    settings = mini.dataset.Settings(**mini.settings)
    train, test = mini.splits(raw)
    assert mini.dataset.sizes(settings, mini.root) == (len(train.images), len(test.images))
    assert mini.dataset.shape(settings) == train.images.shape[1:] == test.images.shape[1:]


@every
def test_train_and_test_never_mix(name, miniature, raw):
    train, test = miniature(name).splits(raw)
    assert not {image.tobytes() for image in train.images} & {
        image.tobytes() for image in test.images
    }


@every
def test_the_seed_decides_the_order_and_nothing_else_does(name, miniature, raw):
    mini = miniature(name)
    train, test = mini.splits(raw)
    again, test_again = mini.splits(raw)
    other, _ = mini.splits(raw, seed=1)
    np.testing.assert_array_equal(train.images, again.images)
    np.testing.assert_array_equal(test.images, test_again.images)
    assert not np.array_equal(train.images, other.images)


@every
def test_a_smaller_subset_is_the_head_of_a_larger_one(name, miniature, raw):
    mini = miniature(name)
    whole, _ = mini.splits(raw)
    part, _ = mini.splits(raw, train_count=5)
    np.testing.assert_array_equal(part.images, whole.images[:5])
    if whole.labels is not None:
        np.testing.assert_array_equal(part.labels, whole.labels[:5])


@every_finite
def test_asking_for_too_many_says_how_many_there_are(name, miniature, raw):
    mini = miniature(name)
    available = len(mini.splits(raw)[0].images)
    with pytest.raises(InputError, match=f"train_count.*{available + 1}.*there are {available}"):
        mini.splits(raw, train_count=available + 1)


@every
def test_raw_files_are_asked_for_exactly_where_there_are_any(name, miniature, raw):
    mini = miniature(name)
    if mini.dataset.fetched:
        with pytest.raises(InputError, match="--raw"):
            mini.dataset(mini.dataset.Settings()).splits(None)
    else:
        with pytest.raises(InputError, match="no raw files"):
            mini.dataset.fetch(None, raw)


@every_fetched
def test_a_root_that_is_no_folder_is_named(name, miniature, raw):
    mini = miniature(name)
    with pytest.raises(InputError, match=f"nowhere.*sources.{name}.root"):
        mini.dataset.fetch(raw / "nowhere", raw)


@every_fetched
def test_an_empty_root_is_refused_with_what_it_must_hold(name, miniature, raw):
    mini = miniature(name)
    raw.mkdir()
    with pytest.raises(InputError, match=rf"sources\.{name}\.root must contain"):
        mini.dataset.fetch(raw, raw)


@every_fetched
def test_a_download_gives_what_a_folder_gives(name, miniature, serve, tmp_path):
    mini = miniature(name)
    from_folder = mini.splits(tmp_path / "folder")
    address = serve(mini.root)
    redirect(mini.dataset, address)
    mini.root = None
    downloaded = mini.splits(tmp_path / "raw")
    for ours, theirs in zip(downloaded, from_folder, strict=True):
        np.testing.assert_array_equal(ours.images, theirs.images)
    listed = json.loads((tmp_path / "raw" / "files.json").read_text())["files"]
    assert all(entry["origin"].startswith(address) for entry in listed)
    # Nothing but what is listed: neither parts nor packed copies.
    names = {entry.name for entry in (tmp_path / "raw").iterdir()}
    assert names == {"files.json", *(entry["path"] for entry in listed)}

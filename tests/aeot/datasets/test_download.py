"""Downloads from a server on this machine that misbehaves in the usual ways."""

import hashlib
import http.server
import socket
import sys
import threading
import time
from collections import Counter

import pytest

from aeot.datasets.download import download
from aeot.errors import InputError

FILE = bytes(range(256)) * 300
MD5 = hashlib.md5(FILE).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """Serve FILE, or fail as the path asks.

    torchvision first looks for redirects by a GET that says "Method: HEAD" and leaves the body
    unread; that one is answered and not counted.
    """

    asked: Counter[str] = Counter()

    def do_GET(self):
        """Answer as the path asks."""
        if self.headers["Method"] == "HEAD" and self.path != "/missing":
            self.send_response(200)
            return self.end_headers()
        Handler.asked[self.path] += 1
        content, length = FILE, len(FILE)
        if self.path == "/missing":
            return self.send_error(404)
        if self.path == "/busy" and Handler.asked[self.path] < 3:
            return self.send_error(503)
        if self.path == "/page":
            content = b"<!DOCTYPE html><html>Quota exceeded</html>"
            length = len(content)
        if self.path == "/cut":
            content = FILE[:1000]
        if self.path == "/altered":
            content = b"x" + FILE[1:]
        if self.path == "/hangs":
            time.sleep(1.5)
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(content)
        return None

    def log_message(self, *args):
        """Say nothing."""


class QuietServer(http.server.ThreadingHTTPServer):
    """A server that does not print its clients' hang-ups."""

    def handle_error(self, request, client_address):
        """A client that hung up is part of the test."""


@pytest.fixture
def server():
    Handler.asked.clear()
    with QuietServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


@pytest.fixture
def closed_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def get(addresses, path, **more):
    return download(addresses, path, MD5, source="mnist", **{"pause": 0.01, **more})


def test_a_good_file_is_kept_and_its_address_told(server, tmp_path):
    path = tmp_path / "deep" / "file.gz"
    assert get([f"{server}/good"], path) == f"{server}/good"
    assert path.read_bytes() == FILE
    assert [entry.name for entry in path.parent.iterdir()] == ["file.gz"]


def test_a_file_that_is_there_is_not_asked_for_again(server, tmp_path):
    path = tmp_path / "file.gz"
    path.write_bytes(FILE)
    get([f"{server}/good"], path)
    assert not Handler.asked


def test_a_wrong_file_that_is_there_is_replaced(server, tmp_path):
    path = tmp_path / "file.gz"
    path.write_bytes(FILE[:100])
    get([f"{server}/good"], path)
    assert path.read_bytes() == FILE


def test_a_busy_server_is_asked_again(server, tmp_path):
    get([f"{server}/busy"], tmp_path / "file.gz")
    assert Handler.asked["/busy"] == 3


def test_the_next_mirror_stands_in(server, tmp_path):
    address = get([f"{server}/missing", f"{server}/cut", f"{server}/good"], tmp_path / "file.gz")
    assert address == f"{server}/good"


@pytest.mark.parametrize(
    ("path", "reason", "times"),
    [
        ("/missing", "answered 404 Not Found", 1),
        ("/page", "a web page came instead of the file", 2),
        ("/cut", "1000 bytes came with the wrong MD5", 2),
        ("/altered", "wrong MD5", 2),
    ],
)
def test_a_failure_says_why_and_what_to_do(path, reason, times, server, tmp_path):
    with pytest.raises(InputError) as caught:
        get([f"{server}{path}"], tmp_path / "file.gz", attempts=2)
    message = str(caught.value)
    assert reason in message and f"{server}{path}" in message
    assert "mnist: file.gz could not be downloaded" in message
    assert "sources.mnist.root" in message
    assert "\n" not in message
    assert Handler.asked[path] == times  # what will last is not asked for again
    assert list(tmp_path.iterdir()) == []  # neither the file nor a part of it


def test_a_server_that_hangs_is_given_up(server, tmp_path):
    before = socket.getdefaulttimeout()
    with pytest.raises(InputError, match="timed out"):
        get([f"{server}/hangs"], tmp_path / "file.gz", attempts=1, timeout=0.3)
    assert socket.getdefaulttimeout() == before


def test_no_network_says_how_to_do_without(closed_port, tmp_path):
    with pytest.raises(InputError, match=r"refused.*check the network.*sources\.mnist\.root"):
        get([f"http://127.0.0.1:{closed_port}/x"], tmp_path / "file.gz", attempts=2)


def test_pauses_double(closed_port, tmp_path, monkeypatch):
    pauses = []
    monkeypatch.setattr("aeot.datasets.download.time.sleep", pauses.append)
    with pytest.raises(InputError):
        get([f"http://127.0.0.1:{closed_port}/x"], tmp_path / "f", attempts=4, pause=3.0)
    assert pauses == [3.0, 6.0, 12.0]


def test_google_drives_refusal_is_explained(tmp_path, monkeypatch):
    from aeot.vision import torchvision

    refusal = type("FileURLRetrievalError", (Exception,), {"__module__": "gdown.exceptions"})

    def refuse(*args):
        raise refusal("Too many users")

    monkeypatch.setattr(torchvision.datasets.utils, "download_url", refuse)
    with pytest.raises(InputError, match=r"quota.*Too many users.*sources\.mnist\.root"):
        get(["https://drive.google.com/file/d/x"], tmp_path / "f", attempts=1)


def test_a_missing_gdown_is_named_at_once(tmp_path, monkeypatch):
    from aeot.vision import torchvision

    monkeypatch.setattr(torchvision.datasets.utils, "_get_redirect_url", lambda url, max_hops: url)
    monkeypatch.setitem(sys.modules, "gdown", None)
    address = "https://drive.google.com/file/d/0B7EVK8r0v71pZjFTYXZWM3FlRnM"
    with pytest.raises(InputError, match=r"pip install gdown.*sources\.mnist\.root"):
        get([address], tmp_path / "f", pause=60.0)  # a second attempt would take a minute


def test_a_fault_of_ours_is_not_taken_for_the_networks(tmp_path, monkeypatch):
    from aeot.vision import torchvision

    def broken(*args):
        raise AttributeError("no such thing")

    monkeypatch.setattr(torchvision.datasets.utils, "download_url", broken)
    with pytest.raises(AttributeError):
        get(["http://127.0.0.1/x"], tmp_path / "f", attempts=1)


def test_a_data_set_is_fetched_from_its_mirror(miniature, tmp_path):
    mini = miniature("mnist")
    served = mini.root

    class Folder(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(served))

        def log_message(self, *args):
            """Say nothing."""

    with QuietServer(("127.0.0.1", 0), Folder) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{running.server_port}/"
        mini.dataset.mirrors = (address,)
        mini.root = None
        train, _ = mini.splits(tmp_path / "raw")
        running.shutdown()
        thread.join()
    assert len(train.images) == 30
    names = {path.name for path in (tmp_path / "raw").iterdir()}
    assert names == {*mini.dataset.shapes(), "files.json"}
    assert address in (tmp_path / "raw" / "files.json").read_text()
    assert len(list(served.iterdir())) == 4

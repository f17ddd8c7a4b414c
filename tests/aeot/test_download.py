"""Downloads from a server on this machine that misbehaves in the usual ways."""

import errno
import hashlib
import http.client
import http.server
import socket
import sys
import threading
import time
from collections import Counter

import pytest

from aeot.download import download, verify
from aeot.errors import InputError

FILE = bytes(range(256)) * 300
MD5 = f"md5:{hashlib.md5(FILE).hexdigest()}"
SHA256 = f"sha256:{hashlib.sha256(FILE).hexdigest()}"
CHECKSUMS = (MD5, SHA256, SHA256[:15])


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
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/page")
            return self.end_headers()
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


@pytest.fixture
def fail(monkeypatch):
    """Make every attempt end with an exception."""
    from aeot.vision import torchvision

    def install(error):
        def broken(*args):
            raise error

        monkeypatch.setattr(torchvision.datasets.utils, "download_url", broken)

    return install


def get(addresses, path, checksum=MD5, **more):
    words = {"what": "the thing's file", "advice": "do without it", "pause": 0.01, **more}
    return download(addresses, path, checksum, **words)


@pytest.mark.parametrize("checksum", CHECKSUMS)
def test_a_good_file_is_kept_and_its_address_told(checksum, server, tmp_path):
    path = tmp_path / "deep" / "file.gz"
    assert get([f"{server}/good"], path, checksum) == f"{server}/good"
    assert path.read_bytes() == FILE
    assert [entry.name for entry in path.parent.iterdir()] == ["file.gz"]


def test_a_file_that_is_there_is_not_asked_for_again(server, tmp_path):
    path = tmp_path / "file.gz"
    path.write_bytes(FILE)
    get([f"{server}/good"], path)
    assert not Handler.asked


@pytest.mark.parametrize("checksum", CHECKSUMS)
def test_a_wrong_file_that_is_there_is_named_and_left_alone(checksum, server, tmp_path):
    path = tmp_path / "file.gz"
    path.write_bytes(FILE[:100])
    with pytest.raises(InputError, match=r"file\.gz is not the thing's file: .*; delete it"):
        get([f"{server}/good"], path, checksum)
    assert path.read_bytes() == FILE[:100]
    assert not Handler.asked


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
        ("/moved", "a web page came instead of the file", 2),
        ("/cut", "truncated or altered: the MD5 of its 1000 bytes begins with", 2),
        ("/altered", "truncated or altered: the MD5 of its 76800 bytes", 2),
    ],
)
def test_a_failure_says_why_and_what_to_do(path, reason, times, server, tmp_path):
    with pytest.raises(InputError) as caught:
        get([f"{server}{path}"], tmp_path / "file.gz", attempts=2)
    message = str(caught.value)
    assert reason in message and f"{server}{path}" in message
    assert message.startswith("the thing's file could not be downloaded (")
    assert message.endswith("); do without it.")
    assert "\n" not in message
    assert Handler.asked[path] == times  # what will last is not asked for again
    assert list(tmp_path.iterdir()) == []  # neither the file nor a part of it


def test_a_server_that_hangs_is_given_up(server, tmp_path):
    before = socket.getdefaulttimeout()
    with pytest.raises(InputError, match="timed out"):
        get([f"{server}/hangs"], tmp_path / "file.gz", attempts=1, timeout=0.3)
    assert socket.getdefaulttimeout() == before


def test_no_network_says_how_to_do_without(closed_port, tmp_path):
    with pytest.raises(InputError, match=r"refused.*; do without it\.$"):
        get([f"http://127.0.0.1:{closed_port}/x"], tmp_path / "file.gz", attempts=2)


def test_pauses_double(closed_port, tmp_path, monkeypatch):
    pauses = []
    monkeypatch.setattr("aeot.download.time.sleep", pauses.append)
    with pytest.raises(InputError):
        get([f"http://127.0.0.1:{closed_port}/x"], tmp_path / "f", attempts=4, pause=3.0)
    assert pauses == [3.0, 6.0, 12.0]


def test_a_connection_that_breaks_is_a_reason(tmp_path, fail):
    fail(http.client.IncompleteRead(b"abc", 7))
    with pytest.raises(InputError, match=r"IncompleteRead\(3 bytes read, 7 more expected\)"):
        get(["http://127.0.0.1/x"], tmp_path / "f", attempts=2)


def test_google_drives_refusal_is_explained(tmp_path, fail):
    refusal = type("FileURLRetrievalError", (Exception,), {"__module__": "gdown.exceptions"})
    fail(refusal("Too many users"))
    with pytest.raises(InputError, match=r"quota.*Too many users.*do without it"):
        get(["https://drive.google.com/file/d/x"], tmp_path / "f", attempts=1)


def test_a_missing_gdown_is_named_at_once(tmp_path, monkeypatch):
    from aeot.vision import torchvision

    monkeypatch.setattr(torchvision.datasets.utils, "_get_redirect_url", lambda url, max_hops: url)
    monkeypatch.setitem(sys.modules, "gdown", None)
    address = "https://drive.google.com/file/d/0B7EVK8r0v71pZjFTYXZWM3FlRnM"
    with pytest.raises(InputError, match=r"pip install gdown.*do without it"):
        get([address], tmp_path / "f", pause=60.0)  # a second attempt would take a minute


@pytest.mark.parametrize("error", [AttributeError("no such thing"), OSError(errno.ENOSPC, "full")])
def test_a_fault_of_ours_or_of_the_disk_is_not_taken_for_the_networks(error, tmp_path, fail):
    fail(error)
    with pytest.raises(type(error)) as caught:
        get(["http://127.0.0.1/x"], tmp_path / "f", pause=60.0)
    assert caught.value is error


@pytest.mark.parametrize("checksum", CHECKSUMS)
def test_verify_accepts_the_file_and_names_another(checksum, tmp_path):
    path = tmp_path / "f"
    path.write_bytes(FILE)
    verify(path, checksum, "it")
    path.write_bytes(FILE + b"x")
    name, _, digits = checksum.partition(":")
    found = hashlib.new(name, FILE + b"x").hexdigest()[: len(digits)]
    with pytest.raises(InputError, match=f"f is not it: .*begins with {found}, not {digits}"):
        verify(path, checksum, "it")


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(InputError, match=rf"{path} \(it\) cannot be read: \w+"):
            verify(path, MD5, "it")

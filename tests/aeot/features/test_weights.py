import hashlib
import http.client
import io

import pytest

from aeot.errors import InputError
from aeot.features import weights

DATA = b"weights" * 1000
HEAD = hashlib.sha256(DATA).hexdigest()[:8]
URL = "https://example.org/net.pth"


@pytest.fixture
def server(monkeypatch):
    """Answer each attempt with the next of the given bytes or errors; returns the requests."""

    def answer(*answers):
        asked, left = [], list(answers)

        def urlopen(url, timeout):
            asked.append((url, timeout))
            got = left.pop(0)
            if isinstance(got, Exception):
                raise got
            return io.BytesIO(got)

        monkeypatch.setattr(weights.urllib.request, "urlopen", urlopen)
        return asked

    return answer


def test_a_file_that_is_there_is_verified_and_not_downloaded(tmp_path, server):
    asked = server()
    path = tmp_path / "net.pth"
    path.write_bytes(DATA)
    assert weights.fetch(URL, path, HEAD) == path
    path.write_bytes(DATA[:-1])
    with pytest.raises(InputError, match="damaged or another file"):
        weights.fetch(URL, path, HEAD)
    assert not asked


def test_a_download_survives_broken_attempts(tmp_path, server):
    asked = server(OSError("reset"), http.client.IncompleteRead(b""), DATA[:50], DATA)
    path = weights.fetch(URL, tmp_path / "hub" / "net.pth", HEAD, pause=0)
    assert path.read_bytes() == DATA
    assert len(asked) == 4
    assert all(timeout for _, timeout in asked)


def test_without_network_the_sentence_says_where_the_file_goes(tmp_path, server):
    server(*[OSError("no route to host")] * weights.ATTEMPTS)
    path = tmp_path / "net.pth"
    with pytest.raises(InputError) as error:
        weights.fetch(URL, path, HEAD, pause=0)
    for word in (URL, str(path), "no route to host", "'weights'"):
        assert word in str(error.value)
    assert not list(tmp_path.iterdir())


def test_wrong_bytes_are_never_kept(tmp_path, server):
    server(*[b"<html>"] * weights.ATTEMPTS)
    with pytest.raises(InputError, match="do not have the expected checksum"):
        weights.fetch(URL, tmp_path / "net.pth", HEAD, pause=0)
    assert not list(tmp_path.iterdir())


def test_verify_names_what_it_found(tmp_path):
    path = tmp_path / "net.pth"
    path.write_bytes(DATA)
    assert weights.verify(path, weights.sha256(path)) == path
    with pytest.raises(InputError, match=f"begins with {HEAD}, not 00000000"):
        weights.verify(path, "0" * 8)

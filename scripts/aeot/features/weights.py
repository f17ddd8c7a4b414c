"""Weight files of published networks: the user's own, or downloaded once and verified."""

from pathlib import Path

from aeot.download import download, verify


def weight_file(given: str | None, url: str, name: str, sha256: str, what: str) -> Path:
    """Return the path of a verified weight file.

    Args:
        given: the user's own file; None: the one in torch's hub folder, downloaded if necessary.
        url: where it is published.
        name: what it is called in the hub folder.
        sha256: its checksum, or the beginning of it.
        what: what the file is, for messages.

    Raises:
        InputError: the file is missing, damaged or a different one, or the download fails.
    """
    import torch

    checksum = f"sha256:{sha256}"
    if given is not None:
        path = Path(given).expanduser()
        verify(path, checksum, what)
        return path
    path = Path(torch.hub.get_dir()) / "checkpoints" / name
    advice = (
        f"on a machine without network, get it elsewhere and put it at {path}, "
        "or name it with the setting 'weights'"
    )
    download([url], path, checksum, what=what, advice=advice)
    return path

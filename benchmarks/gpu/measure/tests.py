"""One of several shares of the tests with the mark `gpu`."""

import contextlib
import os
from typing import Any

import pytest

from benchmarks.gpu.job import CutError, Job
from benchmarks.gpu.parts import ROOT, marked


class _Share:
    """A plugin of pytest: every k-th test, counts as they come, and an end to it.

    Attributes:
        counts: of passed, failed, skipped and open tests.
        words: of the first failure, and of the first skip.
    """

    def __init__(self, number: int, shares: int, job: Job) -> None:
        self._number, self._shares, self._job = number, shares, job
        self.counts = dict.fromkeys(("passed", "failed", "skipped", "open"), 0)
        self.words: dict[str, str] = {}

    @pytest.hookimpl(trylast=True)  # after `-m gpu`
    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Keep this share of the tests."""
        items[:] = items[self._number - 1 :: self._shares]
        self.counts["open"] = len(items)

    def pytest_runtest_setup(self, item: Any) -> None:  # noqa: ANN401
        """Stop before a test that may not finish in time."""
        if self._job.left <= 0:
            item.session.shouldstop = "the time was up"

    def pytest_runtest_logreport(self, report: Any) -> None:  # noqa: ANN401
        """Count a test once, after its call or if it ends before that."""
        if report.when != "call" and report.passed:
            return
        if report.when == "teardown" and report.skipped:
            return
        self.counts["open"] -= report.when != "teardown"
        self.counts[report.outcome] += 1
        self.words.setdefault(report.outcome, f"{report.nodeid}: {_reason(report)}")
        self._job.note(self.counts)

    def pytest_collectreport(self, report: Any) -> None:  # noqa: ANN401
        """Count a file that cannot be collected as a failure."""
        if report.failed:
            self.counts["failed"] += 1
            self.words.setdefault("failed", f"{report.nodeid}: {_reason(report)}")


def measure(case: str, job: Job) -> dict[str, Any]:
    """Run the share `number/shares` of the tests that need a GPU.

    Raises:
        CutError: tests are left.
        RuntimeError: a test failed; the message is that of the first one.
    """
    number, shares = map(int, case.split("/"))
    share = _Share(number, shares, job)
    words = ["-q", "-m", "gpu", "--noconftest", "-p", "no:cacheprovider", "-p", "no:faulthandler",
             "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml")]  # fmt: skip
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with contextlib.chdir(ROOT):
        pytest.main([*words, *map(str, marked())], plugins=[share])
    job.note(share.counts)
    if "failed" in share.words:
        raise RuntimeError(share.words["failed"])
    if share.counts["open"]:
        raise CutError(f"{share.counts['open']} tests were not run")
    return share.counts | {"first_skip": share.words.get("skipped")}


def _reason(report: Any) -> str:  # noqa: ANN401
    """Return the last line of a report: the error, or why a test was skipped."""
    text = report.longrepr[-1] if isinstance(report.longrepr, tuple) else str(report.longrepr or "")
    lines = [line.removeprefix("E").strip() for line in text.splitlines() if line.startswith("E ")]
    lines = lines or [line.strip() for line in text.splitlines() if line.strip()]
    return (lines or ["no message"])[0][:160]

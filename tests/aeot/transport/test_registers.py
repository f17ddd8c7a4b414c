"""The registers that Numba is told to use."""

import pytest

from aeot.transport import registers


@pytest.mark.parametrize(
    ("features", "own", "taken", "wide"),
    [
        ("+avx2,+avx512f", None, "+avx2,+avx512f,-prefer-256-bit", True),
        ("+avx2,-avx512f", None, None, False),
        ("+avx2,+avx512f", "+avx2", "+avx2", False),
    ],
)
def test_whole_registers_are_used_unless_the_user_says_otherwise(
    monkeypatch, features, own, taken, wide
):
    monkeypatch.setattr(registers, "get_host_cpu_features", lambda: features)
    monkeypatch.setattr(registers.config, "CPU_FEATURES", own)
    assert registers.take_widest_vectors() == wide
    assert taken == registers.config.CPU_FEATURES

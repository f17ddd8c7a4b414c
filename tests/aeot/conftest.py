"""Configurations for the tests: the smallest that there is, with edits laid over it."""

import copy

import pytest
from snakemake.utils import update_config

from aeot.config import Config
from aeot.errors import InputError

LEAST = {"datasets": ["mnist5k"], "extractors": ["efficientnetlite0"], "seeds": [0]}


def laid(edits):
    """Lay edits over the smallest configuration as Snakemake does: its mappings merge."""
    values = copy.deepcopy(LEAST)
    for edit in edits:
        update_config(values, copy.deepcopy(edit))
    return values


@pytest.fixture
def configured():
    """A function of edits that gives the checked configuration."""
    return lambda *edits: Config.checked(laid(edits), "")


@pytest.fixture
def refused():
    """A function of edits that gives the sentence that refuses them."""

    def sentence(*edits):
        with pytest.raises(InputError) as caught:
            Config.checked(laid(edits), "")
        text = str(caught.value)
        assert "\n" not in text
        return text

    return sentence

"""The digest of a file's syntax tree: what changes a result is in it, what cannot is not."""

import ast

import pytest

from aeot import syntax
from aeot.errors import InputError

TEXT = '''"""A module."""
import math

from pydantic import Field

LIMIT = 3  # images


class Box(Base):
    """A box."""

    size: int = Field(2, description="edge")


async def later():
    """Not now."""
    await other()


def volume(box, *, scale=1.0):
    """Return its volume."""
    "a second string"
    if box.size < LIMIT:
        return math.pow(box.size, 3) * scale
    return f"{box.size:.2f}"
'''


@pytest.fixture
def digest(tmp_path):
    """Return the function that digests a text, in files of one name."""

    def of(text):
        path = tmp_path / "a.py"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        syntax.read.cache_clear()
        return syntax.read(path).digest

    yield of
    syntax.read.cache_clear()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# images", "# pictures"),
        ("  # images", ""),
        ("LIMIT = 3", "\n\n# A limit.\nLIMIT=3"),
        ('"""A module."""\n', ""),
        ('"""A module."""', "'What it holds.'"),
        ('    """A box."""\n', ""),
        ('"""Not now."""', '"""Soon."""'),
        ('"""Return its volume."""', '"""Return it.\n\n    In pixels.\n    """'),
        ('description="edge"', "description='edge'"),
        (
            "math.pow(box.size, 3) * scale",
            "(\n            math.pow(box.size, 3,) * scale\n        )",
        ),
        ("scale=1.0", "scale = 1.00"),
        ("\n", "\r\n"),
    ],
)
def test_comments_docstrings_and_formatting_do_not_count(digest, old, new):
    assert old in TEXT
    assert digest(TEXT.replace(old, new)) == digest(TEXT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 3", "LIMIT = 4"),
        ("LIMIT = 3", "LIMIT = 3.0"),
        ("LIMIT = 3", "LIMIT = '3'"),
        ("LIMIT = 3", "LIMIT = True"),
        ('description="edge"', 'description="edges"'),
        ('"a second string"', '"another string"'),  # an expression, though it does nothing
        ("box.size < LIMIT", "box.size <= LIMIT"),
        ("box.size < LIMIT", "LIMIT < box.size"),
        ("*, scale", "scale"),
        ("async def", "def"),
        ("await other()", "other()"),
        (":.2f}", ":.3f}"),
        ("import math", "import cmath as math"),
        ("def volume", "def volumes"),
        ("        return math", "        pass\n    return math"),
    ],
)
def test_everything_else_counts(digest, old, new):
    assert old in TEXT
    assert digest(TEXT.replace(old, new)) != digest(TEXT)


def test_a_string_that_is_no_docstring_counts(digest):
    assert digest('A = 1\n"""b"""') != digest('A = 1\n"""c"""')
    assert digest('x = """b"""') != digest('x = """c"""')
    assert digest('if A:\n    """b"""\n    f()') != digest('if A:\n    """c"""\n    f()')


def test_a_lone_surrogate_is_a_string_like_any_other(digest):
    assert digest('A = "\\ud800"') != digest('A = "\\ud801"')


def test_other_keys_of_a_mapping_give_other_digests(digest):
    assert digest("A = {**a, 1: b}") != digest("A = {1: b, **a}")
    assert digest("def f(*, a, b=1): ...") != digest("def f(*, a=1, b): ...")


def test_it_does_not_hang_on_the_version_of_python(digest):
    """What a later grammar adds, absent or empty, is left out, as Python 3.12's type_params is."""
    before = digest("def f(a):\n    return a")
    fields = ast.FunctionDef._fields
    try:
        ast.FunctionDef._fields = (*fields, "type_params_of_later")
        assert digest("def f(a):\n    return a") == before
    finally:
        ast.FunctionDef._fields = fields


def test_imports_are_listed_wherever_they_stand(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("import a.b as c\ndef f():\n    from d import e, g\n    from . import h")
    assert syntax.read(path).imports == ("a.b", "d", "d.e", "d.g")


@pytest.mark.parametrize("text", [b"def f(:", b"A = 1\x00", b"\xff\xfe"])
def test_a_file_that_is_not_python_is_one_sentence(tmp_path, text):
    path = tmp_path / "a.py"
    path.write_bytes(text)
    with pytest.raises(InputError, match=r"a\.py line 1 is not Python: "):
        syntax.read(path)

"""Formulas as MathML, which browsers render without scripts or fonts from other hosts."""

import re
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator


_LONG = 40  # characters of an inline formula that may be wider than a phone


def formula(text: str, block: bool = False) -> str:
    """Return a formula in MathML; braces keep the size of letters, bars have no space around.

    Raises:
        MathError: the formula cannot be read.
    """
    made = re.sub(r"<mo>([{}])</mo>", r'<mo stretchy="false">\1</mo>', tex2mathml(text, block))
    made = made.replace('<mo stretchy="false">|', '<mo stretchy="false" lspace="0" rspace="0">|')
    if block:
        return f'<div class="formula">{made}</div>'
    return f'<span class="formula">{made}</span>' if len(text) > _LONG else made


def _inline(translator: "HTML5Translator", node: nodes.math) -> None:
    translator.body.append(formula(node.astext()))
    raise nodes.SkipNode


def _block(translator: "HTML5Translator", node: nodes.math_block) -> None:
    translator.body.append(formula(node.astext(), block=True))
    raise nodes.SkipNode


def setup(app: "Sphinx") -> dict[str, bool]:
    """Register the renderer; a formula that cannot be read is an error of the build."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}

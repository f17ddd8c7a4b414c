"""Compiled scans over tiles of planes: each sample's highest plane, and the runner-up.

Samples lie in the lanes of vector registers, and planes come in blocks: a block's own maximum says
whether anything has to be stored, which is rare once a few hundred planes have been seen. What is
best so far goes in and comes out; ties stay with the plane that came first. The scans release the
interpreter's lock, so that threads run them side by side.

A block is made of LLVM's own vectors, by Numba's `intrinsic`. Of loops over numbers the compiler
(numba 0.68.1) makes stores under a mask, for every plane; processors without AVX-512 take up to
ten times as long for them. Numba's cache checks the file of a compiled function only:
everything that is compiled is therefore in this one.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from llvmlite import ir
from llvmlite.ir import IRBuilder, Value
from numba import extending, njit, types
from numba.core import cgutils
from numba.core.base import BaseContext
from numba.core.datamodel import DataModelManager
from numba.core.types import Array, Tuple, Type
from numba.core.typing import Signature
from numpy.typing import NDArray

from aeot.transport.registers import take_widest_vectors

Floats = NDArray[np.floating[Any]]
Places = NDArray[np.int32]
State = tuple[Floats, Places] | tuple[Floats, Places, Floats, Places]
Values = Sequence[Value]
Made = tuple[Signature, Callable[..., Value]]  # an intrinsic's signature, and what makes its code
intrinsic: Callable[..., Any] = extending.intrinsic


LANES = 32 if take_widest_vectors() else 16  # samples of a block: two registers of float32
PLANES = 6  # planes of a block: twelve registers, and a few for what they are made of


class Block(Type):
    """Numba's type of PLANES vectors of LANES numbers."""

    def __init__(self, dtype: Type) -> None:
        self.dtype = dtype
        super().__init__(name=f"Block({dtype})")


@extending.register_model(Block)
class _BlockModel(extending.models.PrimitiveModel):
    def __init__(self, manager: DataModelManager, kind: Block) -> None:
        vector = ir.VectorType(manager[kind.dtype].get_value_type(), LANES)
        super().__init__(manager, kind, ir.ArrayType(vector, PLANES))


class _Code:
    """The code of an intrinsic while it is made: blocks and LANES neighbours of an array."""

    def __init__(self, context: BaseContext, builder: IRBuilder) -> None:
        self.context, self.builder = context, builder

    def vector(self, kind: Array) -> Value:
        return ir.VectorType(self.context.get_data_type(kind.dtype), LANES)

    def parts(self, block: Value) -> list[Value]:
        return [self.builder.extract_value(block, p) for p in range(PLANES)]

    def block(self, parts: Values) -> Value:
        block = ir.Constant(ir.ArrayType(parts[0].type, PLANES), ir.Undefined)
        for p, part in enumerate(parts):
            block = self.builder.insert_value(block, part, p)
        return block

    def numbered(self, first: Value) -> Iterator[Value]:
        """Yield first, ..., first + PLANES - 1."""
        return (self.builder.add(first, first.type(p)) for p in range(PLANES))

    def spread(self, value: Value) -> Value:
        """Put a number into every lane."""
        index, vector = ir.IntType(32), ir.VectorType(value.type, LANES)
        nothing = ir.Constant(vector, ir.Undefined)
        alone = self.builder.insert_element(nothing, value, index(0))
        return self.builder.shuffle_vector(alone, nothing, ir.VectorType(index, LANES)([0] * LANES))

    def array(self, kind: Array, array: Value) -> Value:
        return self.context.make_array(kind)(self.context, self.builder, array)

    def item(self, kind: Array, array: Value, *place: Value) -> Value:
        """Point to a place of an array."""
        made = self.array(kind, array)
        return cgutils.get_item_pointer(self.context, self.builder, kind, made, place)

    def number(self, kind: Array, array: Value, *place: Value) -> Value:
        """Load a number of an array into every lane."""
        return self.spread(self.builder.load(self.item(kind, array, *place)))

    def lanes(self, kind: Array, array: Value, *place: Value) -> Value:
        """Point to LANES neighbours in its last, unbroken dimension."""
        return self.builder.bitcast(self.item(kind, array, *place), self.vector(kind).as_pointer())

    def load(self, lanes: Value) -> Value:
        return self.builder.load(lanes, align=self._align(lanes))

    def store(self, values: Values, at: Values) -> None:
        for value, lanes in zip(values, at, strict=True):
            self.builder.store(value, lanes, align=self._align(lanes))

    def _align(self, lanes: Value) -> int:
        return int(self.context.get_abi_sizeof(lanes.type.pointee.element))

    def plus_product(self, a: Value, b: Value, c: Value) -> Value:
        """A b + c, rounded once where the processor can."""
        kind = ir.FunctionType(a.type, [a.type] * 3)
        name = f"llvm.fmuladd.v{LANES}{a.type.element.intrinsic_name}"
        joint = cgutils.get_or_insert_function(self.builder.module, kind, name)
        return self.builder.call(joint, [a, b, c])

    def above(self, a: Value, b: Value) -> Value:
        return self.builder.fcmp_ordered(">", a, b)

    def any_above(self, scores: Sequence[tuple[Value, Value]], least: Value) -> Value:
        """Ask whether a lane's highest score is above its `least`."""
        most = scores[0][0]
        for score, _ in scores[1:]:
            most = self.builder.select(self.above(score, most), score, most)
        bits = ir.IntType(LANES)
        lanes = self.builder.bitcast(self.above(most, least), bits)
        return self.builder.icmp_unsigned("!=", lanes, bits(0))


def _made_by(make: Callable[..., Value]) -> Callable[..., Value]:
    """Turn a function of a `_Code` and of the arguments into one that Numba calls."""

    def generate(
        context: BaseContext, builder: IRBuilder, _: Signature, args: list[Value]
    ) -> Value:
        return make(_Code(context, builder), *args)

    return generate


@intrinsic
def _scores(_: BaseContext, planes: Array, j: Type, x: Array, i: Type) -> Made:
    """Score the planes[j + p] at x[i]: the height, the largest term, is added last."""
    kind, kind_x = planes, x

    def make(code: _Code, planes: Value, j: Value, x: Value, i: Value) -> Value:
        builder, rows, zeros = code.builder, list(code.numbered(j)), code.vector(kind)(None)
        sums = [cgutils.alloca_once_value(builder, zeros) for _ in rows]
        d = builder.extract_value(code.array(kind_x, x).shape, 1)
        with cgutils.for_range(builder, d) as loop:
            here = code.load(code.lanes(kind_x, x, i, loop.index, d.type(0)))
            for row, so_far in zip(rows, sums, strict=True):
                number = code.number(kind, planes, row, loop.index)
                builder.store(code.plus_product(number, here, builder.load(so_far)), so_far)
        heights = (code.number(kind, planes, row, d) for row in rows)
        return code.block(list(map(builder.fadd, map(builder.load, sums), heights)))

    return Block(planes.dtype)(planes, types.intp, x, types.intp), _made_by(make)


@intrinsic
def _rows(_: BaseContext, array: Array, i: Type) -> Made:
    """Read the block array[p, i + lane]."""
    kind = array

    def make(code: _Code, array: Value, i: Value) -> Value:
        rows = code.numbered(i.type(0))
        return code.block([code.load(code.lanes(kind, array, row, i)) for row in rows])

    return Block(array.dtype)(array, types.intp), _made_by(make)


@intrinsic
def _write(_: BaseContext, block: Type, array: Array, i: Type) -> Made:
    """Write a block to array[p, i + lane]."""
    kind = array

    def make(code: _Code, block: Value, array: Value, i: Value) -> None:
        rows = code.numbered(i.type(0))
        code.store(code.parts(block), [code.lanes(kind, array, row, i) for row in rows])

    return types.void(block, array, types.intp), _made_by(make)


@intrinsic
def _sum(_: BaseContext, a: Type, b: Type) -> Made:
    """Add two blocks."""

    def make(code: _Code, a: Value, b: Value) -> Value:
        return code.block(list(map(code.builder.fadd, code.parts(a), code.parts(b))))

    return a(a, b), _made_by(make)


@intrinsic
def _keep(_: BaseContext, scores: Type, plane: Type, k: Type, i: Type, state: Tuple) -> Made:
    """Update the state at [k, i + lane] by the scores of the planes plane + p."""
    kinds = state.types

    def make(code: _Code, scores: Value, plane: Value, k: Value, i: Value, state: Value) -> None:
        arrays = zip(kinds, cgutils.unpack_tuple(code.builder, state), strict=True)
        at = [code.lanes(kind, array, k, i) for kind, array in arrays]
        numbers = map(code.spread, code.numbered(plane))
        scored = list(zip(code.parts(scores), numbers, strict=True))
        (_highest if len(at) == 2 else _highest_two)(code, scored, at)

    return types.void(scores, plane, types.intp, types.intp, state), _made_by(make)


def _highest(code: _Code, scores: list[tuple[Value, Value]], at: list[Value]) -> None:
    """Make the code that keeps the highest of the scores and their planes."""
    select, best = code.builder.select, code.load(at[0])
    with code.builder.if_then(code.any_above(scores, best), likely=False):
        cell = code.load(at[1])
        for score, plane in scores:
            up = code.above(score, best)
            best, cell = select(up, score, best), select(up, plane, cell)
        code.store((best, cell), at)


def _highest_two(code: _Code, scores: list[tuple[Value, Value]], at: list[Value]) -> None:
    """Make the code that keeps the runner-up too."""
    select, second = code.builder.select, code.load(at[2])
    with code.builder.if_then(code.any_above(scores, second), likely=False):
        best, cell, other = (code.load(at[kept]) for kept in (0, 1, 3))
        for score, plane in scores:
            up, first = code.above(score, second), code.above(score, best)
            second = select(first, best, select(up, score, second))
            other = select(first, cell, select(up, plane, other))
            best, cell = select(first, score, best), select(first, plane, cell)
        code.store((best, cell, second, other), at)


@njit(nogil=True, cache=True)
def highest(planes: Floats, x: Floats, start: int, state: State) -> None:
    """Update each sample's highest plane, or the highest two, by a tile.

    Args:
        planes: (T, d + 1), planes start, ..., start + T - 1, heights last. T is a multiple of
            PLANES: those of height -inf fill up.
        x: (n / LANES, d, LANES) samples.
        start: number of the tile's first plane.
        state: (1, n) highest scores so far and their planes and, where they are wanted, the
            second-highest ones and theirs, in and out.

    Raises:
        ValueError: the planes are not whole blocks, or the state is not of n samples.
    """
    if planes.shape[0] % PLANES or state[0].shape[1] != x.shape[0] * LANES:
        raise ValueError("planes and samples come in whole blocks")
    for i in range(x.shape[0]):
        for j in range(0, planes.shape[0], PLANES):
            _keep(_scores(planes, j, x, i), np.int32(start + j), 0, i * LANES, state)


@njit(nogil=True, cache=True)
def _write_scores(planes: Floats, j: int, x: Floats, out: Floats) -> None:
    """Score a block of planes at all samples, into (PLANES, n)."""
    for i in range(x.shape[0]):
        _write(_scores(planes, j, x, i), out, i * LANES)


@njit(nogil=True, cache=True)
def crossed(planes: tuple[Floats, Floats], x: tuple[Floats, Floats], state: State) -> None:
    """Find the highest plane, or the highest two, of every pair (i, i + k) of half samples.

    Args:
        planes: (N, p + 1) left and (N, q + 1) right halves, as in `highest`; a plane's height is
            the sum of both.
        x: (n / LANES, p, LANES) left halves of samples, and (m / LANES, q, LANES) right ones with
            m >= n + K - 1.
        state: (K, n) highest sums so far and their planes, as in `highest`, in and out.

    Raises:
        ValueError: the planes are not whole blocks, or there are too few right halves.
    """
    met, count = state[0].shape
    if planes[0].shape[0] % PLANES or planes[0].shape[0] != planes[1].shape[0]:
        raise ValueError("planes come in whole blocks, left and right alike")
    if count != x[0].shape[0] * LANES or count + met - 1 > x[1].shape[0] * LANES:
        raise ValueError("every left half meets as many right halves as the state has rows")
    left = np.empty((PLANES, count), x[0].dtype)
    right = np.empty((PLANES, x[1].shape[0] * LANES), x[1].dtype)
    for j in range(0, planes[0].shape[0], PLANES):
        _write_scores(planes[0], j, x[0], left)
        _write_scores(planes[1], j, x[1], right)
        for i in range(0, count, LANES):
            half = _rows(left, i)
            for k in range(met):
                _keep(_sum(half, _rows(right, i + k)), np.int32(j), k, i, state)

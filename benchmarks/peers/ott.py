"""OTT-JAX's `ott.solvers.linear.semidiscrete`: stochastic gradients with an optax optimiser.

Hard assignment (epsilon 0), cost |x - y|^2 on codes and source of variance 1.
"""

import math
from typing import Any

import numpy as np
from benchmarks.peers.coordinates import Coordinates
from benchmarks.watch import Watch

from aeot.seeding import stream_seed
from aeot.transport.problem import Matrix


def _sgd(batch: int, *rates: float, ema: float | None = None) -> list[dict[str, Any]]:
    more = {} if ema is None else {"ema": ema}
    return [{"optimizer": "sgd", "lr": rate, "batch": batch, **more} for rate in rates]


_ADAM = {"optimizer": "adam", "batch": 128}
# The weight of the new potential in the average; the default 0.99 averages hardly anything.
VARIANTS: dict[str, list[dict[str, Any]]] = {
    "grid": [*_sgd(128, 3e-3), *_sgd(128, 1e-2, 3e-2, 1e-1, ema=1e-3), {**_ADAM, "lr": 1e-4}],
    "mixture16": [
        *_sgd(128, 0.3, 1, 3), *_sgd(1024, 10, 30, 100, ema=0.01), {**_ADAM, "lr": 1e-2},
    ],
    "mixture64": [*_sgd(128, 10, 30, 100), *_sgd(1024, 30, 100, 300, ema=0.01)],
    "fashion": _sgd(1024, 300, 100, ema=0.01),
}  # fmt: skip


def run(
    codes: Matrix, seed: int, watch: Watch, optimizer: str, lr: float, batch: int, ema: float = 0.99
) -> None:
    """Descend until the watch ends it.

    Args:
        codes: (N, d) as given.
        seed: makes the source samples.
        watch: clock and recorder.
        optimizer: name in optax.
        lr: its constant step size.
        batch: source samples per step.
        ema: `potential_ema`, the weight of the newest potential.
    """
    import jax
    import jax.numpy as jnp
    import optax
    from ott.geometry.semidiscrete_pointcloud import SemidiscretePointCloud
    from ott.problems.linear.semidiscrete_linear_problem import SemidiscreteLinearProblem
    from ott.solvers.linear.semidiscrete import SemidiscreteSolver, SemidiscreteState

    coordinates = Coordinates(codes, spread=math.sqrt(1 / 12))
    half = coordinates.half_width

    def sampler(rng: Any, shape: Any, dtype: Any = None) -> Any:  # noqa: ANN401
        return jax.random.uniform(rng, shape, dtype, -half, half)

    problem = SemidiscreteLinearProblem(
        SemidiscretePointCloud(sampler, jnp.asarray(coordinates.y), epsilon=0.0)
    )
    # Histories of one entry: JAX ignores what is written beyond the end.
    solver = SemidiscreteSolver(
        num_iterations=1,
        batch_size=batch,
        optimizer=getattr(optax, optimizer)(lr),
        potential_ema=ema,
    )
    rng = jax.random.key(stream_seed(seed, "benchmark", "ott") % 2**31)

    @jax.jit
    def advance(state: Any, steps: int) -> Any:  # noqa: ANN401
        return jax.lax.fori_loop(
            0, steps, lambda _, s: solver.step(jax.random.fold_in(rng, s.it), s, problem), state
        )

    zero = jnp.zeros(len(codes))
    one = jnp.full((1,), jnp.inf)
    state = SemidiscreteState(
        it=jnp.array(0),
        epsilon=jnp.array(0.0),
        g=zero,
        g_ema=zero,
        opt_state=solver.optimizer.init(zero),
        losses=one,
        grad_norms=one,
        errors=one,
    )
    state = advance(state, 0)  # determines the types of the state
    jax.block_until_ready(advance(state, 0))  # compiles for them
    watch.start()
    steps = 1
    while True:
        before = watch.seconds
        state = jax.block_until_ready(advance(state, steps))
        if watch.due():
            potential = np.asarray(state.g_ema, np.float64)
            watch.record(int(state.it) * batch, coordinates.heights_of_potential(potential))
        elif watch.seconds - before < 0.05:
            steps *= 2

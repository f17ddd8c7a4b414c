"""Measurements of all claims about GPUs on the current machine: `python -m benchmarks.gpu`.

`parts.py` lists what is measured, `measure/` measures it, each part in separate processes
(`run.py` starts them, `work.py` is their code), and `rows.py` stores the results.
"""

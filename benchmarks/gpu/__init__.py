"""All that the project says of GPUs, measured on the one at hand: `python -m benchmarks.gpu`.

`parts.py` lists what is measured, `measure/` measures it, each part in processes of its own
(`run.py` starts them, `work.py` is what they do), and `rows.py` keeps the results.
"""

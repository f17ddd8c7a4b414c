"""A search over hyper-parameters, as in Lucic et al. 2018.

`trials` defines the trainings of every model, `scored` scores a training at checkpoints, and `run`
runs all of them in one process and can resume. `rows` reads the results; it does not need torch.
"""

"""A search over hyper-parameters, as in Lucic et al. 2018.

Of every model `trials` says what is trained, `scored` how a training is scored on the way, `run`
goes through all of them in one process and resumes. `rows` reads what comes out; it needs no torch.
"""

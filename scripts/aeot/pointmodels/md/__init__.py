"""Minibatch discrimination: a critic that compares a batch's samples (Salimans et al. 2016)."""

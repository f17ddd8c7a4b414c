"""Training points drawn again: the scores of a sampler that copies."""

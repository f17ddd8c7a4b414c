"""Training points drawn again: what a sampler that copies would score."""

"""The figures: each draws the tidy rows of its data, without arithmetic of its own."""

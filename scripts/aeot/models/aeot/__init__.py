"""AE-OT itself: the extended transport map between the source and the codes."""

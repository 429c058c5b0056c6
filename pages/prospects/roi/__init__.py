"""The section ROI of a prospect: what a move costs either way, by which inputs, and what became of the promise."""

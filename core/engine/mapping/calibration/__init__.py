"""Whether a confidence keeps its promise: by people's decisions, and by systems the matcher had not seen."""

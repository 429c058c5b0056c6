"""The three days of training as a checklist: who did which step when, and which manager confirmed it."""

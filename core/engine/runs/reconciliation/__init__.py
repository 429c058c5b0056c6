"""Account for a run: every row of the files, every record of the target, money to the cent, and what is missing."""

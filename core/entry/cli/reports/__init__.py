"""The command of reports: its arguments and its answers."""

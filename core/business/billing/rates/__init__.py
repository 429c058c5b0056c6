"""Exchange rates of the operator: entered or imported, one a day and pair, each with its source."""

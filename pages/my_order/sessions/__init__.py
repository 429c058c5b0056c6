"""The sessions of a customer: their times, and the dialogs in which one is chosen or moved."""

"""The sessions of an order: the meter of its consultation, a row each, and the dialogs to book and change them."""

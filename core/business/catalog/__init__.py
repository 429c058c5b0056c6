"""The packages a move is sold in, per line of business, and which of them holds what a prospect has."""

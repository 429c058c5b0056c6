"""How the texts of a column are read: words for nothing, names of people, leftovers of other programs."""

"""How the numbers of a column are read: decided by all its values, with currency, country and other columns as witnesses"""

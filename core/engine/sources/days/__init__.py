"""How the days in the columns of an export are written, counted over all rows"""

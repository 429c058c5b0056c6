"""Size limits of an export: columns and their names, cells, kinds of records, texts of a workbook."""

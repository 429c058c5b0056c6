"""How large the parts of an export may be: columns and their names, cells, kinds of records, texts of a workbook."""

"""Turn tables whose rows are not one record each into streams of records: groups, wide tables, several people in a row."""

"""Row rules: which rows of a table are not records of an entity, proposed from all rows, decided by a person"""

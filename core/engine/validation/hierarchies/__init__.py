"""Checks of records that refer to records of their own kind, such as categories below categories."""

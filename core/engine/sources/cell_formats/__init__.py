"""Number formats of spreadsheet cells: '000417', '02139', '(617) 555-0142' and '6.25 %' are numbers only by their format"""

"""What columns of shops and tills say by their names, their values and the columns beside them"""

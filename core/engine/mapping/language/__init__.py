"""What transforms and custom expressions have in common: how their text is read, exact numbers, formats of dates"""

"""The currency that rows of an export name, against that of the customer"""

"""The ids that the records of earlier imports have, kept for the customer's next export of the same kind"""

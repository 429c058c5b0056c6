"""What screens of a customer's contacts share."""

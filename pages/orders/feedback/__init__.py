"""What the customer said about an order."""

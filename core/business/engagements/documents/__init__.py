"""Documents of an order: looked into before they are stored encrypted, shown to whom they are for, removed with a trace."""

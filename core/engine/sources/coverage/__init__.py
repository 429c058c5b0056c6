"""What each source can give of a customer's data, and what it cannot: as documented on a day, and as declared."""

"""Payment plans and their instalments, which sum to the cent."""

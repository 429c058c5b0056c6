"""Lightspeed Retail: two systems under one name, the R-Series and the X-Series (once Vend)."""

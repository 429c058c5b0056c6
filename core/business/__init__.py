"""Consent, pricing, specialists, engagements, insights: features that do not know each other."""

"""Certificates: issued, expired, renewed, revoked, printed; people are reminded before they expire."""

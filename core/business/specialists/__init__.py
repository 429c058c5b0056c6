"""Specialists of the operator: roster, hours, certificates, exams, partners, and what they are booked_hours for."""

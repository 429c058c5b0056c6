"""What customers say of an order: satisfaction at milestones and the NPS at its end, each asked and answered once."""

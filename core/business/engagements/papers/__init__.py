"""What is written about an order: documents, communication log, feedback and escalations."""

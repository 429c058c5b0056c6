"""The invented history of the demo's delivery desk: customers with orders, milestones, sessions and payments."""

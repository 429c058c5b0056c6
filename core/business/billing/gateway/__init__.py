"""Payment gateways behind one interface: PayNow by its documented HTTP form, and what became of each payment there."""

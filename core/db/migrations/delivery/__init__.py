"""Parts of revision 0023, the delivery desk: teams and partners, numbers for text messages, spans between milestones."""

"""Deliver events: messages by e-mail, webhook and SMS, handed over by a sender of the worker, and notifications in the console."""

"""Deliver events: messages by e-mail and webhook, handed over by a sender of the worker, and notifications in the console."""

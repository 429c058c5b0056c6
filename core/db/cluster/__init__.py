"""The embedded server's files, its user, its socket and who may connect: what core.db.embedded starts and stops."""

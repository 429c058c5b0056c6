"""The database: one engine per process, one transaction per context, the target's tables."""

"""The coach, the validator and the auditor: thin facades over the engine and the business features."""

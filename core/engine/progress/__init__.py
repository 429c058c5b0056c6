"""The progress of a migration: one journey behind the wizard's bar, the coach, badges, buttons and Today."""

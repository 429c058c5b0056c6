"""Where a migration stands: one journey behind the wizard's bar, the coach, badges, buttons and Today"""

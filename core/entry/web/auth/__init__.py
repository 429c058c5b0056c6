"""Sign in, second factor, invitation, reset, first admin, sign out: plain pages without a script, which set the cookie."""

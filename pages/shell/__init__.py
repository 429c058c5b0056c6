"""The shell around every screen: sign-in, the scope of the session, the sidebar and the command palette."""

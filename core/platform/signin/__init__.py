"""Sign-in: local accounts with passwords and second factors, OIDC, one-time links, and the sessions they begin."""

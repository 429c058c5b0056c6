"""HTTP beside the console's screens: the streaming upload, the health check, the security headers."""

"""Toast: the sample export, and the demo tenant Bella's Italian Kitchen."""

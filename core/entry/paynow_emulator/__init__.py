"""An emulator of PayNow on the loopback address: its HTTP form as documented, for demos and tests."""

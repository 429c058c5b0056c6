"""Connect, the first step: bring exports into a migration and see what they were recognised as."""

from pages.connect.screen import show as show

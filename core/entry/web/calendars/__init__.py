"""The private calendars of specialists, for calendar programs: nobody is signed in."""

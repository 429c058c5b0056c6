"""The roster: people with zone, languages, skills, weekly hours and absences."""

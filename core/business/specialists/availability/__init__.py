"""When specialists and customers can meet: opening hours over zones and clock changes, absences, free slots."""

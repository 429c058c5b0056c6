"""Business days: the time zone of each location, and the hour at which its day ends"""

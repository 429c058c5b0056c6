"""The invented secondary school of the demo: 640 pupils in Zimbabwe, in three sources."""

"""What is wrong with the data, found before anything is written."""

"""Load chunks of rows into the target: read, transform, check, link, write, record the fate of each row."""

"""What transforms leave out of values: words for nothing, titles of people."""

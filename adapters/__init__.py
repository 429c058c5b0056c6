"""The sources we know, each a declaration in a file of its own."""

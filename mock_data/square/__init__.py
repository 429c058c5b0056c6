"""Square: the sample export, and the demo tenant Coffee Corner Chain."""

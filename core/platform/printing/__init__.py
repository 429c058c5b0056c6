"""Documents on paper: PDF by the templates of data/documents."""

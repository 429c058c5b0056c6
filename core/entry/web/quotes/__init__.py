"""The page that a prospect opens by a link: read a quote, download its proposal, accept or decline it; without a script."""

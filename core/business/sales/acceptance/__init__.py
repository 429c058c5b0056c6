"""The answer of a prospect to a quote by its link: read, accept, decline. Acceptance makes customer, order and plan."""

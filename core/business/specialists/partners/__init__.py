"""Partners: companies whose people work on migrations for a share of what is paid."""

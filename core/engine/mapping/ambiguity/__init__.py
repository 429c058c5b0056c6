"""What names and values of columns leave open: resolved by a visible transform, or asked of a person."""

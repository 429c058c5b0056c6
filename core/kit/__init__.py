"""Small pure helpers that import nothing of ours: time, ids, money, values, text, masking."""

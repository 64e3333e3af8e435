"""Official forms: what columns they have, and what they take from a list or a figure."""

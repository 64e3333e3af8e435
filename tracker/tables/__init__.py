"""The columns of each list and what stands in their cells."""

"""What templates can say: marks and words, charts, and the rows of a list."""

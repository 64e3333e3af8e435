"""Workbooks on their way in: which cells are what, what is wrong with them, what they add."""

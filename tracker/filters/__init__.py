"""What a list understands of its address: the filters of each list, and the order of its rows."""

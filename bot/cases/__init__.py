"""Cases and their timelines."""

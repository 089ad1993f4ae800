"""Campaigns and their calls to action: what one can do now, and what one has done."""

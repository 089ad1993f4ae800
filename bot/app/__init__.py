"""The composition root: everything is built here once, runs under one supervisor, and stops in order."""

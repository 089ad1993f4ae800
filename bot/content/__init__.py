"""Content files: what editors write, checked as a whole before anything of it is taken."""

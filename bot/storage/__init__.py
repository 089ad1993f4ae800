"""Where things are kept: one database, encrypted where it says something about a person."""

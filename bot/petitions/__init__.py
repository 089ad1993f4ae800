"""Petitions: who is asked for what, signatures nobody can join to a person, and a total anybody can check."""

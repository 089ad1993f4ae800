"""Announcing: what is sent to many, when it goes, to whom, and how it reads."""

"""Hearings and gatherings: when and where, who comes, reminders, and telling everybody when something changes."""

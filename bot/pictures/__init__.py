"""Pictures to pass on: cards with a title in the reader's script and a code to scan."""

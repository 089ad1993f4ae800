"""Delivery: the ledger of who gets what, the pace, the sending, and what became of it."""

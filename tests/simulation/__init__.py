"""Delivery in a world of its own: the real sender, ledger, pace and services over SQLite in memory, several processes that
crash, stall and lose connections, a Telegram that loses answers, and rules that are looked at throughout.

`python -m tests.simulation --seed N` plays one seed again, step by step the same.
"""

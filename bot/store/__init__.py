"""Conversations, inbox, outbox, contracts and staff in SQLite; the only place with SQL."""

"""Webhooks, web chat, staff console, live events and health."""

"""Sportello's matcher beside others, on the same messages and with the same figures."""

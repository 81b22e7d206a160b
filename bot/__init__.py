"""Sportello, the help-desk assistant of an internet provider."""

"""One module a source of contracts."""

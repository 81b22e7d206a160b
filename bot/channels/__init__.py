"""One module a channel: read its webhooks, send its replies."""

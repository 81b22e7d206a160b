"""Pictures for customers: drawn here, without a browser."""

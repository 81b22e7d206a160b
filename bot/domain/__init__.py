"""What the desk knows and decides: frozen values and pure functions."""

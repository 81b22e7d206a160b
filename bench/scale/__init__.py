"""How far several nodes on one PostgreSQL, or several, would go: arithmetic and a simulation."""

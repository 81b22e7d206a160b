"""Run, check, evaluate and question the assistant from a terminal."""

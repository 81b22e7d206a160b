"""How fast the durable core is, against limits measured in the same run."""

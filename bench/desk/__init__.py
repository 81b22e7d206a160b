"""How long the pages of the console take when there is much on the desk."""

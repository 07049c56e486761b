"""How secrets are found and removed: the rules, and the walk over a value that applies them."""

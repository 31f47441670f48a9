"""Shipped studies: a script each, with `study()`, that asks a question of scenarios."""

"""Cube to Table: comparison, trend, ranking."""

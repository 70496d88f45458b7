"""Columns become questions: kinds, scales, sets, grids, roles; each with its reason."""

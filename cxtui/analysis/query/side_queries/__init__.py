"""Queries besides the counting of a view."""

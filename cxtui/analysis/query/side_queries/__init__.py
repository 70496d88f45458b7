"""Smaller queries beside the one that counts a view."""

"""Coding of open answers."""

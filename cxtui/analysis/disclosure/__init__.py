"""Disclosure control: which cells to hide so that small counts cannot be worked out."""

"""Cells with several answers: their delimiter, and which answers are options."""

"""Manners of the shell: completion, the manual, what is kept at home, and the log."""

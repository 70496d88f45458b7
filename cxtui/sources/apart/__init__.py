"""Decoding of files in a process of its own, which a crash or a limit may end."""

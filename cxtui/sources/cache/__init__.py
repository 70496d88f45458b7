"""The user's cache: what was read of large files, for the next opening."""

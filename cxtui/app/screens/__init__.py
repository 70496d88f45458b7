"""What opens over the screen and closes again."""

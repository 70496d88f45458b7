"""The terminal: taken, drawn on, restored."""

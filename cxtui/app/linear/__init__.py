"""The explorer as lines: for screen readers, and terminals that cannot be drawn on."""

"""Tables drawn with characters."""

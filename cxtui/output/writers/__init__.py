"""One writer a format, and the registry of them."""

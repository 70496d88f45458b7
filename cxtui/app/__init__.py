"""The explorer: keys become the next View, and the Table that comes back is painted."""

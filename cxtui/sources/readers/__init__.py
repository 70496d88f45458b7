"""One room a file format."""

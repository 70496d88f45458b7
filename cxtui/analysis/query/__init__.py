"""View to Cube: the one query, its plan, its cache."""

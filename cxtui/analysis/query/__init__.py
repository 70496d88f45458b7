"""Counting: from a View to a Cube, with plans, batching and caches."""

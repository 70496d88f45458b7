"""Counts of several questions at once, their rows one below the other."""

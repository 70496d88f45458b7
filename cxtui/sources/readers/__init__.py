"""Readers, one module or package for each file format."""

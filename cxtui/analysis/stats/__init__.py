"""Confidence intervals, significance tests and corrections for multiple testing."""

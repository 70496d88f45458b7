"""Slides of a tab plan's tables: native charts that can be edited, and updated by their data."""

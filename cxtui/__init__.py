"""cxtui: a terminal explorer for survey data."""

__version__ = "0.1.0"

"""Respondents in groups: their distinct keys, and the sums of those in memory."""

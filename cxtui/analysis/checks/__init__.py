"""Data checks: what to look at before the first table; they propose derived flags, drop nothing."""

"""Detection of sets of columns that are one question."""

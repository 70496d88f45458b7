"""The ranking of questions: comparisons of columns, tests of whole questions, and verdicts."""

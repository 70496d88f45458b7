"""The screens that show a result other than the table."""

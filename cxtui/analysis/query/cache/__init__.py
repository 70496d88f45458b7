"""What is kept of a survey: its columns, within a budget of memory."""

"""What is asked of a survey: View → Cube → Table."""

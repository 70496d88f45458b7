"""The View: its text form, its options, its defaults."""

"""The screens that copy, export and save."""

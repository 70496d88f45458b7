"""One visit to a survey without a screen."""

"""The screen that weights a survey to targets."""

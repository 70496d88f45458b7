"""Jobs made of many tables."""

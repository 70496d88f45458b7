"""CSV, TSV and their relatives."""

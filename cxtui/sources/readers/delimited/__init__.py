"""Reader of CSV, TSV and similar delimited text."""

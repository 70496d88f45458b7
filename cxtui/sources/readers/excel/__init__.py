"""Reader of Excel workbooks."""

"""A brief: the page of findings, as values that a page, Markdown and JSON are made of."""

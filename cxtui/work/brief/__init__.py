"""Write the page of findings: what differs, what cannot be told, what changed."""

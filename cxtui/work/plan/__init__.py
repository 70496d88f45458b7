"""Tab plans: which tables of a survey are made, how they look, and whether they add up."""

"""Questions made of questions: what a `[[derive]]` declares, from and to TOML, and in words."""

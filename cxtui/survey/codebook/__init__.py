"""A codebook as TOML: read, written and amended."""

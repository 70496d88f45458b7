"""The codebooks of several waves become one."""

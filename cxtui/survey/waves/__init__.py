"""Combination of the codebooks of several waves."""

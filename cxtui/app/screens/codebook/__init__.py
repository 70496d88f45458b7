"""The screens on which a codebook is edited."""

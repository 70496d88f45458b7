"""What the screens over the panes are made of."""

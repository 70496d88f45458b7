"""The panes, the lines above and below them, and the lists of the screens over them."""

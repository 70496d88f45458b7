"""The base of the screens over the panes, and the widgets that they share."""

"""The screens that open over the panes and close again."""

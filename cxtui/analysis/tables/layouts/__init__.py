"""Other layouts of a table: several measures a cell, or the items of a grid by its answers."""

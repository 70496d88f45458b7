"""Tables as a client's book has them: several statistics a cell, nets above their answers."""

"""One module per fee: units and a day in, money per unit out, with the row of the table it was read from."""

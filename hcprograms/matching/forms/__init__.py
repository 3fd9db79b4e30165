"""The public forms of matching: the questions that find a program, and what changes its price."""

"""What version 0.2 asks of sites that have 0.1."""

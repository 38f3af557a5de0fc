"""What the claims on speed and cost are measured with; `make bench` runs it."""

"""What the table finds today and others are about to close: patterns, none when all is merged."""

EXPECTED: tuple[str, ...] = ()

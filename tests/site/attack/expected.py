"""What the table finds and is not closed yet: patterns. It is to stay empty."""

EXPECTED: tuple[str, ...] = ()

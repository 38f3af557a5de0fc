"""A record that breaks rules: what every kind of writing ends with."""


class Invalid(Exception):
    """Xero's messages, and the id of the record that was meant, if there is one."""

    def __init__(self, messages: list[str], key: str | None = None) -> None:
        super().__init__(messages)
        self.messages = list(dict.fromkeys(messages))
        self.key = key

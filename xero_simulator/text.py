"""When two texts are the same to Xero."""

import unicodedata
from functools import lru_cache


def name_key(text: str) -> str:
    """Uniqueness of names ignores case [REC]; accents count.

    # invented [R9]: that accents count. Only case is documented for uniqueness, and the stricter
    # reading would refuse names that Xero may well take.
    """
    return unicodedata.normalize("NFC", text).casefold()


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """Equality in `where` ignores case and accents [DOC], case confirmed [REC]."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()

"""A person's browser, as far as the consent page needs one: fetch it, fill it in, submit it."""

from collections.abc import Sequence
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode, urlsplit

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class ConsentPage(HTMLParser):
    """What can be picked and pressed on the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tenants: list[str] = []
        self.decisions: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the inputs and the buttons."""
        attributes = dict(attrs)
        if attributes.get("name") == "tenant":
            self.tenants.append(attributes.get("value") or "")
        if attributes.get("name") == "decision":
            self.decisions.append(attributes.get("value") or "")


def press_button(authorize_url: str, allow: bool, tenants: Sequence[str]) -> str:
    """Where the browser goes after "Allow access" or "Cancel"."""
    page = ConsentPage(_send("GET", authorize_url)[0])
    decision = "allow" if allow else "cancel"
    if decision not in page.decisions or not set(tenants) <= set(page.tenants):
        raise ValueError(f"the page offers {page.decisions} for {page.tenants}")
    form = urlencode([("decision", decision), *(("tenant", tenant) for tenant in tenants)])
    text, location = _send("POST", authorize_url, form)
    if location is None:
        raise ValueError(text)
    return location


def _send(method: str, url: str, form: str | None = None) -> tuple[str, str | None]:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request(method, f"{parts.path}?{parts.query}", form, _FORM if form else {})
        return _read(connection.getresponse())
    finally:
        connection.close()


def _read(response: HTTPResponse) -> tuple[str, str | None]:
    text = response.read().decode()
    if response.status >= 400:
        raise ValueError(text)
    return text, response.getheader("Location")

"""The site of a provider: a small server of its own, with pages that embed the chat."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.e2e.program import free_port

POLICY = (
    "default-src 'none'; script-src {home}; connect-src {home}; img-src {home}; "
    "style-src 'nonce-own'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""As strict as a policy gets, with what docs/howto/put-the-chat-on-your-site.md asks for."""

_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Un negozio</title>
<style nonce="own">{style}</style>
<script src="{home}/widget.js" async {attributes}></script>
</head>
<body><main><h1>Un negozio</h1><p>Vendiamo fiori.</p><a href="/altro">Altro</a></main></body>
</html>"""

HOSTILE = """
html { font-size: 41px; line-height: 3; }
* { color: red !important; font-family: cursive !important; text-transform: uppercase !important;
    letter-spacing: 1em !important; --accent: red; --surface: red; }
button, div, p, ol, li, section { display: none !important; }
body > * { opacity: 0 !important; visibility: hidden !important; display: none !important;
           transform: scale(3) !important; position: static !important; }
"""
"""What a page may say of all its elements; none of it concerns the chat."""


class Site:
    """Pages of another origin than the program's."""

    def __init__(self) -> None:
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.home = ""
        self.style = "main { padding: 1rem; font-family: serif; }"
        self.language = "it"
        self.attributes = ""
        self.policy = POLICY

    @property
    def page(self) -> str:
        """What each of its addresses answers."""
        return _PAGE.format(**vars(self))


@contextmanager
def open_site() -> Iterator[Site]:
    """Serve a site for as long as the block lasts."""
    site = Site()

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path != "/favicon.ico"
            self.send_response(200 if found else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", site.policy.format(home=site.home))
            self.end_headers()
            if found:
                self.wfile.write(site.page.encode())

        def log_message(self, *args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", site.port), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""Scripts and styles travel compressed, and are compressed once."""

import gzip

import loops
import pytest

from web.compressed import Compressed

SCRIPT = b"export default function () { return 1 }\n" * 100


class Server:
    """Answers as Streamlit does for its files, and counts."""

    def __init__(self, body: bytes = SCRIPT, kind: str = "text/javascript; charset=utf-8", status: int = 200):
        self.body, self.kind, self.status, self.asked = body, kind, status, []

    async def __call__(self, scope, receive, send):
        self.asked.append(dict(scope["headers"]))
        headers = [
            (b"content-type", self.kind.encode()),
            (b"content-length", str(len(self.body)).encode()),
            (b"etag", b'"abc"'),
            (b"cache-control", b"public, immutable"),
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        half = len(self.body) // 2
        await send({"type": "http.response.body", "body": self.body[:half], "more_body": True})
        await send({"type": "http.response.body", "body": self.body[half:]})


def ask(app, path="/static/js/index.js", method="GET", **headers) -> tuple[int, dict, bytes]:
    """Status, headers and body of the answer."""
    sent = []

    async def send(message):
        sent.append(message)

    asked = {"accept-encoding": "gzip, deflate, br", **{name.replace("_", "-"): each for name, each in headers.items()}}
    raw = [(name.encode(), value.encode()) for name, value in asked.items()]
    loops.run(app({"type": "http", "method": method, "path": path, "headers": raw}, None, send))
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(each.get("body", b"") for each in sent[1:])


def test_a_script_is_compressed_once_for_everybody():
    server = Server()
    app = Compressed(server)
    for _ in range(3):
        status, headers, body = ask(app)
        assert status == 200 and gzip.decompress(body) == SCRIPT
        assert headers["content-encoding"] == "gzip" and int(headers["content-length"]) == len(body) < len(SCRIPT) / 10
        assert headers["vary"] == "Accept-Encoding" and headers["etag"] == 'W/"abc"'
        assert headers["cache-control"] == "public, immutable"
    assert len(server.asked) == 1 and b"accept-encoding" not in server.asked[0]


def test_pages_below_a_path_have_theirs_compressed_too():
    _, headers, _ = ask(Compressed(Server()), path="/lab/static/js/index.js")
    assert headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    "request_",
    [
        {"accept_encoding": "br"},
        {"range": "bytes=0-10"},
        {"if_none_match": '"abc"'},
        {"method": "HEAD"},
        {"path": "/Draw"},
        {"path": "/media/picture.png"},
    ],
    ids=str,
)
def test_what_asks_for_something_else_is_answered_by_the_app(request_):
    app = Compressed(Server())
    ask(app)
    _, headers, body = ask(app, **request_)
    assert "content-encoding" not in headers and body == SCRIPT


@pytest.mark.parametrize(
    "server",
    [
        Server(kind="text/html"),  # What Streamlit answers under a name that it does not know.
        Server(kind="font/woff2"),
        Server(body=b"short"),
        Server(status=404),
    ],
    ids=["page", "font", "short", "missing"],
)
def test_nothing_else_is_compressed_or_kept(server):
    app = Compressed(server)
    for _ in range(2):
        status, headers, body = ask(app)
        assert (status, body) == (server.status, server.body) and "content-encoding" not in headers
    assert len(server.asked) == 2

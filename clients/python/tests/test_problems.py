"""Each problem document is an exception of its own, and none shows the token."""

from __future__ import annotations

import pickle
import traceback
from typing import Any

import pytest

import rollbook
from rollbook import Client
from tests.misbehaving import INFO, hang_up, misbehaving, problem, raw, send, stall

TOKEN = "eyJhbGciOi.SECRET-token_0123456789.c2lnbmF0dXJl"
URN = "urn:rollbook:problem:"
PROBLEMS = [
    ("400 Bad Request", "invalid-argument", rollbook.InvalidArgumentError, ValueError),
    ("401 Unauthorized", "unauthenticated", rollbook.AuthenticationError, Exception),
    ("403 Forbidden", "forbidden", rollbook.PermissionDeniedError, Exception),
    ("404 Not Found", "not-found", rollbook.NotFoundError, LookupError),
    ("409 Conflict", "not-ready", rollbook.NotReadyError, Exception),
    ("409 Conflict", "busy", rollbook.BusyError, Exception),
    ("403 Forbidden", "not-permitted", rollbook.PermissionDeniedError, Exception),
    ("429 Too Many Requests", "too-many-requests", rollbook.RateLimitedError, Exception),
    ("503 Service Unavailable", "overloaded", rollbook.OverloadedError, rollbook.UnavailableError),
    ("503 Service Unavailable", "unavailable", rollbook.UnavailableError, Exception),
    ("503 Service Unavailable", "cancelled", rollbook.UnavailableError, Exception),
    ("504 Gateway Timeout", "timed-out", rollbook.QuestionTimedOutError, TimeoutError),
    ("507 Insufficient Storage", "out-of-resources", rollbook.OutOfResourcesError, Exception),
    ("500 Internal Server Error", "internal", rollbook.ServerError, Exception),
    ("418 Teapot", "teapot", rollbook.ProblemError, Exception),
]


@pytest.mark.parametrize(("status", "kind", "exception", "also"), PROBLEMS)
def test_a_problem_is_an_exception_of_its_kind(status: str, kind: str, exception: Any, also: type) -> None:
    answer = problem(status, URN + kind, "Retry-After: 7", detail="what happened", parameter="days")
    with misbehaving(answer) as server, Client(server.url, retries=0) as client:
        with pytest.raises(also) as raised:
            client.info()
    error: Any = raised.value
    assert type(error) is exception
    assert (error.status, error.type) == (int(status[:3]), URN + kind)
    assert (error.title, error.detail, error.parameter) == ("A title", "what happened", "days")
    assert error.retry_after == 7
    assert "what happened" in str(error)


@pytest.mark.parametrize("body", [b"", b"<html>502</html>", b"[1]", b'{"detail":7}', b"\xff" * 10, b'{"a":' * 100_000])
def test_a_failure_without_a_problem_document_is_one_too(body: bytes) -> None:
    with misbehaving(send("502 Bad Gateway", body)) as server, Client(server.url, timeout=20) as client:
        with pytest.raises(rollbook.ServerError, match="502") as raised:
            client.info()
    assert raised.value.detail is None
    assert "html" not in str(raised.value)


def test_a_detail_has_a_length() -> None:
    with misbehaving(problem("400 Bad Request", URN, detail="x" * 1_000_000)) as server, Client(server.url) as client:
        with pytest.raises(rollbook.InvalidArgumentError) as raised:
            client.info()
    assert len(str(raised.value)) < 1000


ECHO = problem("401 Unauthorized", URN, detail=f"the header was Authorization: Bearer {TOKEN}", title=TOKEN)
FAILURES = [ECHO, hang_up, stall, raw(b"?\r\n\r\n"), send("200 OK", TOKEN.encode()), send("302 Found", b"")]


@pytest.mark.parametrize("failure", FAILURES, ids=["echo", "hang-up", "stall", "no-http", "no-json", "redirect"])
@pytest.mark.parametrize("as_function", [False, True])
def test_no_failure_shows_the_token(failure: Any, as_function: bool) -> None:
    with misbehaving(failure) as server:
        made = Client(server.url, token=(lambda: TOKEN) if as_function else TOKEN, timeout=0.5)
        with pytest.raises(rollbook.RollbookError) as raised:
            made.info()
        assert f"Bearer {TOKEN}".encode() in server.requests[0]
    assert_hidden(raised.value, but_title=as_function)
    assert TOKEN not in repr(made) + str(made)


def test_an_unreachable_server_does_not_show_the_token() -> None:
    with misbehaving(INFO) as server:
        pass
    with pytest.raises(rollbook.ConnectionFailedError) as raised:
        Client(server.url, token=TOKEN, retries=0).info()
    assert_hidden(raised.value)


@pytest.mark.parametrize("wrong", ["", TOKEN + "\r\nX: y", TOKEN + "\n", "Bearer " + TOKEN, TOKEN + "ü", b"bytes"])
def test_a_wrong_token_is_refused_without_showing_it(wrong: Any) -> None:
    for source in (wrong, lambda: wrong):
        with misbehaving(INFO) as server, pytest.raises(rollbook.ConfigurationError) as raised:
            Client(server.url, token=source).info()
        assert server.requests == []
        # The frames of this test hold it, of course.
        assert_hidden(raised.value, skip=1)


def assert_hidden(error: BaseException, *, skip: int = 1, but_title: bool = False) -> None:
    """Neither the texts of the error and of what led to it, nor the variables that a page of errors would show."""
    seen: list[BaseException] = []
    links: list[BaseException | None] = [error]
    while links:
        one = links.pop()
        if one is None or one in seen:
            continue
        seen.append(one)
        links += [one.__cause__, one.__context__]
        texts = [str(one), repr(one.args)]
        if isinstance(one, rollbook.ProblemError) and not but_title:
            texts += [str(one.title), str(one.detail)]
        for frame, _ in list(traceback.walk_tb(one.__traceback__))[skip:]:
            if "rollbook" not in frame.f_globals["__name__"] and "http" not in frame.f_globals["__name__"]:
                continue
            texts += [repr(value) for value in frame.f_locals.values() if not isinstance(value, bytes)]
            # A response's bytes hold what the server itself wrote; a request's must not be there.
            texts += [repr(value) for value in frame.f_locals.values() if isinstance(value, bytes) and b"GET" in value]
        assert not any("SECRET" in text for text in texts if "Response(" not in text), texts


def test_a_url_with_a_password_is_refused_without_showing_it() -> None:
    for url in (
        "http://me:SECRET@127.0.0.1:1",
        "http://SECRET@127.0.0.1",
        "ftp://SECRET",
        "SECRET",
        "http://h/?q=SECRET",
    ):
        with pytest.raises(rollbook.ConfigurationError) as raised:
            Client(url)
        assert "SECRET" not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    ["", "http://", "http:///x", "http://a b", "http://a:x", "http://a:99999", "http://ü", "http://a\r\n", None, 7],
)
def test_what_is_no_url_is_refused(url: Any) -> None:
    with pytest.raises(rollbook.ConfigurationError):
        Client(url)


def test_a_token_is_not_written_down() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Client("http://127.0.0.1:1", token=TOKEN))


def test_a_token_is_asked_for_anew_and_belongs_to_one_asker() -> None:
    tokens = iter(["first", "second"])
    with misbehaving(INFO) as server, Client(server.url, token=lambda: next(tokens)) as client:
        client.info()
        client.info()
        client.with_token("other").info()
        client.with_token(None).info()
        sent = [request.partition(b"Authorization: ")[2].partition(b"\r\n")[0] for request in server.requests]
        assert sent == [b"Bearer first", b"Bearer second", b"Bearer other", b""]
        assert server.connections == 1


def test_a_path_before_the_api_is_kept() -> None:
    with misbehaving(INFO) as server, Client(server.url + "/behind/a/proxy/") as client:
        client.info()
        assert server.requests[0].startswith(b"GET /behind/a/proxy/v1/info HTTP/1.1\r\n")

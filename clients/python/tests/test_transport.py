"""Servers and networks that behave badly."""

from __future__ import annotations

import gzip
import itertools
import time

import pytest

import rollbook
from rollbook import Client
from tests.misbehaving import INFO, MisbehavingServer, drip, hang_up, misbehaving, problem, raw, reset, send, stall

OVERLOADED = "urn:rollbook:problem:overloaded"
BUSY = problem("503 Service Unavailable", OVERLOADED, "Retry-After: 1", detail="too many questions")


@pytest.mark.parametrize("failure", [hang_up, reset, BUSY], ids=["hang-up", "reset", "503"])
def test_a_question_is_asked_again(failure: object) -> None:
    with misbehaving(failure, failure, INFO) as server, Client(server.url) as client:  # type: ignore[arg-type]
        assert client.info() == {"engine": "here"}
        assert len(server.requests) == 3


@pytest.mark.parametrize("failure", [hang_up, reset, BUSY], ids=["hang-up", "reset", "503"])
def test_a_change_is_never_sent_twice(failure: object) -> None:
    for change in (Client.refresh, Client.warm, Client.invalidate_cache):
        with misbehaving(failure) as server, Client(server.url) as client:  # type: ignore[arg-type]
            with pytest.raises((rollbook.ConnectionFailedError, rollbook.OverloadedError)):
                change(client)
            assert len(server.requests) == 1


def test_a_change_does_not_ride_on_a_connection_that_may_be_dead() -> None:
    done = send("200 OK", b'{"answers_written":3}')
    with misbehaving(INFO, done) as server, Client(server.url) as client:
        client.info()
        assert client.warm() == 3
        assert server.connections == 2


def test_what_the_server_asks_to_wait_is_waited() -> None:
    with misbehaving(BUSY, INFO) as server, Client(server.url) as client:
        client.info()
        [first, second] = server.times
        assert second - first >= 1.0


@pytest.mark.parametrize("when", ["3600", "Fri, 31 Dec 2199 23:59:59 GMT"])
def test_a_wait_beyond_the_timeout_is_the_callers(when: str) -> None:
    busy = problem("503 Service Unavailable", OVERLOADED, f"Retry-After: {when}")
    with misbehaving(busy) as server, Client(server.url, timeout=5) as client:
        with pytest.raises(rollbook.OverloadedError) as refused:
            client.info()
        assert len(server.requests) == 1
        assert refused.value.retry_after is not None
        assert refused.value.retry_after >= 3600


@pytest.mark.parametrize("when", ["", "soon", "-1", "1e9", "٣", "Fri, 99 Foo 2199 23:59:59 GMT", "9" * 5000])
def test_a_retry_after_that_nobody_understands_does_no_harm(when: str) -> None:
    busy = problem("503 Service Unavailable", OVERLOADED, f"Retry-After: {when}".encode().decode("latin-1"))
    with misbehaving(busy) as server, Client(server.url, timeout=5, retries=1) as client:
        with pytest.raises(rollbook.OverloadedError):
            client.info()
        assert 1 <= len(server.requests) <= 2


def test_retries_end() -> None:
    with misbehaving(hang_up) as server, Client(server.url, retries=3) as client:
        with pytest.raises(rollbook.ConnectionFailedError, match="without an answer") as failed:
            client.info()
        assert isinstance(failed.value, ConnectionError)
        assert len(server.requests) == 4


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nX: "
SLOW = {
    "says-nothing": stall,
    "drips-headers": drip(HEAD + b"x" * 1000, 0.05),
    "drips-a-body": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b" " * 1000, 0.05),
    "drips-chunks": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 200, 0.05),
}


@pytest.mark.parametrize("slow", SLOW.values(), ids=SLOW)
def test_a_slow_server_does_not_hold_its_caller(slow: object) -> None:
    with misbehaving(slow) as server, Client(server.url, timeout=0.5) as client:  # type: ignore[arg-type]
        began = time.monotonic()
        with pytest.raises(rollbook.DeadlineExceededError) as failed:
            client.info()
        # The whole would have taken 10 seconds and more, or for ever.
        assert time.monotonic() - began < 8
        assert isinstance(failed.value, TimeoutError)
        assert len(server.requests) == 1, "what is slow is not made slower by asking again"


def test_nobody_listens() -> None:
    server = MisbehavingServer(INFO)
    server.close()
    with pytest.raises(rollbook.ConnectionFailedError, match=r"127\.0\.0\.1"):
        Client(server.url, timeout=5).info()


JSON = "Content-Type: application/json"
GARBAGE = {
    "no-http": raw(b"\x00\xff garbage \r\n\r\n"),
    "empty-status": raw(b"HTTP/1.1 \r\n\r\n"),
    "too-many-headers": raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n"),
    "a-long-header": raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n"),
    "no-json": send("200 OK", b"<html>", JSON),
    "no-text": send("200 OK", b"\xff\xfe\x00", JSON),
    "nothing": send("200 OK", b"", JSON),
    "a-list": send("200 OK", b"[]", JSON),
    "deep": send("200 OK", b'{"a":' * 100_000, JSON),
    "not-a-number": send("200 OK", b'{"a":NaN}', JSON),
    "no-gzip": send("200 OK", b"plain", JSON, "Content-Encoding: gzip"),
    "half-a-gzip": send("200 OK", gzip.compress(b"x" * 1000)[:20], JSON, "Content-Encoding: gzip"),
    "brotli": send("200 OK", b"plain", JSON, "Content-Encoding: br"),
    "a-redirect": send("302 Found", b"", "Location: http://127.0.0.1:1/"),
    "no-content": send("204 No Content", b""),
    "an-uncalled-304": send("304 Not Modified", b""),
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_refused_and_not_asked_for_again(garbage: object) -> None:
    with misbehaving(garbage) as server, Client(server.url, timeout=20) as client:  # type: ignore[arg-type]
        with pytest.raises(rollbook.ProtocolError):
            client.info()
        assert len(server.requests) == 1


def test_an_answer_that_ends_early_is_no_answer() -> None:
    whole = send("200 OK", b'{"engine":"here"}', JSON, "Connection: close")
    cut = send("200 OK", b'{"engine":"he', JSON, length=17)
    with misbehaving(cut, whole) as server, Client(server.url) as client:
        assert client.info() == {"engine": "here"}
    with misbehaving(cut) as server, Client(server.url, retries=0) as client:
        with pytest.raises(rollbook.ConnectionFailedError, match="within the answer"):
            client.info()


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_has_a_largest_size(packed: bool) -> None:
    body = b'{"a":"' + b"x" * 5_000_000 + b'"}'
    response = send("200 OK", gzip.compress(body), "Content-Encoding: gzip") if packed else send("200 OK", body)
    with misbehaving(response) as server, Client(server.url, max_bytes=1_000_000) as client:
        with pytest.raises(rollbook.ProtocolError, match="max_bytes"):
            client.info()
    with misbehaving(response) as server, Client(server.url) as client:
        assert len(client.info()["a"]) == 5_000_000


ANSWER = (
    b'{"report":"engagement-trend","parameters":{},"policy":{"pass_mark":70,"excellent_mark":90,"overdue_after_days":7,'
    b'"recent_days":7,"time_zone":"UTC","late_counts_as_present":true},"as_of":"2026-01-01T00:00:00Z",'
    b'"data_version":1,"data_as_of":null,"generated_at":"2026-01-01T00:00:00.5Z","served_by":"a newer one",'
    b'"execution_time_ms":1,"row_count":1,"total_count":1,"limit":10,"offset":0,"replica_lag_seconds":0.25,'
    b'"newer":{"x":0.5},"rows":[{"period":"2026-01-01","active_students":1,"submission_count":2,"graded_count":0,'
    b'"avg_grade":null,"newer_column":1.5}]}'
)


def test_what_a_newer_server_adds_is_kept() -> None:
    with misbehaving(send("200 OK", ANSWER)) as server, Client(server.url) as client:
        answer = client.engagement_trend()
        assert answer.provenance.as_dict()["newer"] == {"x": 0.5}
        assert answer.provenance.replica_lag_seconds == 0.25
        assert str(answer.rows[0]["newer_column"]) == "1.5"  # type: ignore[typeddict-item]
        assert answer.rows[0]["avg_grade"] is None


WRONG = [
    (b'"period":"2026-01-01",', b""),
    (b'"period":"2026-01-01"', b'"period":"2026-13-01"'),
    (b'"period":"2026-01-01"', b'"period":null'),
    (b'"active_students":1', b'"active_students":1.5'),
    (b'"active_students":1', b'"active_students":true'),
    (b'"active_students":1', b'"active_students":null'),
    (b'"avg_grade":null', b'"avg_grade":"78"'),
    (b'"avg_grade":null', b'"avg_grade":1e999999999'),
    (b'"rows":[{', b'"rows":[7,{'),
    (b'"rows":[', b'"rows":7,"others":['),
    (b'"report":"engagement-trend"', b'"report":"student-progress"'),
    (b'"as_of":"2026-01-01T00:00:00Z"', b'"as_of":"2026-01-01T00:00:00"'),
    (b'"policy":{', b'"policies":{'),
    (b'"pass_mark":70,', b""),
    (b'"total_count":1', b'"total_count":"1"'),
    (b'"generated_at"', b'"made_at"'),
]


@pytest.mark.parametrize(("right", "wrong"), WRONG)
def test_what_was_not_declared_is_refused(right: bytes, wrong: bytes) -> None:
    assert right in ANSWER
    with misbehaving(send("200 OK", ANSWER.replace(right, wrong))) as server, Client(server.url) as client:
        with pytest.raises(rollbook.ProtocolError):
            client.engagement_trend()


def test_a_connection_is_kept_and_replaced_where_it_died() -> None:
    end = send("200 OK", b'{"engine":"here"}', length=17)  # and closes without a word
    with misbehaving(INFO, INFO, end, INFO) as server, Client(server.url, retries=0) as client:
        for _ in range(4):
            assert client.info() == {"engine": "here"}
        assert server.connections == 2


def test_pages_of_different_data_do_not_belong_together() -> None:
    row = b'{"class_id":1,"class_name":"a","period":"2026-01-01","student_count":1,"submission_count":1,"avg_grade":1,'
    row += b'"min_grade":1,"max_grade":1,"pass_rate":1}'
    pages = (
        ANSWER[: ANSWER.index(b'"rows"')].replace(b"engagement-trend", b"class-trends")
        .replace(b'"data_version":1', b'"data_version":%d' % version).replace(b'"total_count":1', b'"total_count":9')
        + b'"rows":[' + row + b"]}"
        for version in itertools.count(1)
    )  # fmt: skip
    script = [send("200 OK", page) for page in itertools.islice(pages, 3)]
    with misbehaving(*script) as server, Client(server.url) as client:
        with pytest.raises(rollbook.DataChangedError):
            client.class_trends().all()


def test_an_answer_that_is_no_longer_the_newest_says_so() -> None:
    old = ANSWER.replace(b'"row_count":1', b'"stale":true,"age":90,"row_count":1')
    with misbehaving(send("200 OK", old), send("200 OK", ANSWER)) as server, Client(server.url) as client:
        stale, fresh = client.engagement_trend().provenance, client.engagement_trend().provenance
        assert (stale.stale, stale.age, stale.as_dict()["age"]) == (True, 90, 90)
        assert (fresh.stale, fresh.age) == (False, None)

"""Pages, and what is kept between two questions."""

from __future__ import annotations

import multiprocessing
import pickle
import sys
import threading
import urllib.request
from typing import Any

import pytest

import rollbook
from rollbook import Client
from tests.misbehaving import INFO, misbehaving, send


def test_pages_together_are_the_whole(client: Client, as_of: str) -> None:
    whole = client.student_engagement(limit=10_000, as_of=as_of)
    first = client.student_engagement(limit=7, as_of=as_of)
    assert first.is_cut
    assert not whole.is_cut
    assert list(first.iter_rows()) == whole.rows
    assert [len(page) for page in first.pages()][:-1] == [7] * (len(whole) // 7)
    everything = first.all()
    assert everything.rows == whole.rows
    assert everything.provenance.row_count == len(whole) == everything.total_count


def test_pages_begin_where_they_were_asked_to(client: Client, as_of: str) -> None:
    whole = client.class_trends(as_of=as_of)
    assert list(client.class_trends(offset=5, limit=50, as_of=as_of).iter_rows()) == whole.rows[5:]
    assert list(client.class_trends(offset=100_000, as_of=as_of).iter_rows()) == []


def test_a_page_of_now_goes_on_at_the_same_instant(client: Client) -> None:
    pages = list(client.student_engagement(limit=20).pages())
    assert len(pages) > 2
    assert {page.provenance.as_of for page in pages} == {pages[0].provenance.as_of}


@pytest.mark.parametrize("offset", [0, 2])
def test_pages_of_a_ranking_are_cut_inside_every_subject(client: Client, as_of: str, offset: int) -> None:
    whole = client.top_performers(limit=10_000, as_of=as_of, min_submissions=1)
    cut = client.top_performers(limit=2, offset=offset, as_of=as_of, min_submissions=1)
    assert len({row["subject_id"] for row in cut}) > 1
    assert {row["rank"] for row in cut} == {offset + 1, offset + 2}
    assert cut.all().rows == [row for row in whole if row["rank"] > offset]


def test_views_have_pages(client: Client) -> None:
    whole = client.view_student_grade_summary()
    assert list(client.view_student_grade_summary(limit=100).iter_rows()) == whole.rows


def test_what_has_one_page_has_one(client: Client, as_of: str) -> None:
    answer = client.engagement_trend(as_of=as_of)
    assert list(answer.pages()) == [answer]
    assert answer.all().rows == answer.rows


def test_a_kept_answer_says_that_it_lost_its_client(client: Client, as_of: str) -> None:
    kept = pickle.loads(pickle.dumps(client.student_engagement(limit=7, as_of=as_of)))  # noqa: S301 -- our own
    with pytest.raises(rollbook.RollbookError, match="offset"):
        kept.all()


def test_a_limit_that_was_lowered_is_paged_by_what_it_became(client: Client, as_of: str) -> None:
    answer = client.student_engagement(limit=999_999, as_of=as_of)
    assert answer.provenance.limit == 10_000
    assert answer.all().rows == answer.rows


def test_a_kept_answer_is_asked_for_again_only_where_it_no_longer_holds(url: str, as_of: str) -> None:
    with Client(url, revalidate=10) as client:
        first = client.student_engagement(as_of=as_of)
        second = client.student_engagement(as_of=as_of)
        assert (first.was_revalidated, second.was_revalidated) == (False, True)
        assert second.rows == first.rows
        second.rows[0]["first_name"] = "changed by its owner"
        assert client.student_engagement(as_of=as_of).rows == first.rows
        assert not client.student_engagement(as_of=as_of, limit=3).was_revalidated
        assert not client.with_token("other").student_engagement(as_of=as_of).was_revalidated
        client.refresh()  # changes the version of the data
        assert not client.student_engagement(as_of=as_of).was_revalidated


def test_without_being_asked_to_nothing_is_kept() -> None:
    tagged = send("200 OK", b'{"engine":"here"}', 'ETag: W/"1"')
    with misbehaving(tagged) as server, Client(server.url) as client:
        client.info()
        client.info()
        assert b"If-None-Match" not in server.requests[1]


def test_no_more_is_kept_than_was_allowed() -> None:
    tagged = send("200 OK", b'{"rows":[]}', 'ETag: W/"1"')
    with misbehaving(tagged) as server, Client(server.url, revalidate=2) as client:
        for q in ("a", "b", "c", "c", "a"):
            client.find_students(q)
        assert [b"If-None-Match" in request for request in server.requests] == [False, False, False, True, False]


def test_many_threads_share_a_client(client: Client, as_of: str) -> None:
    expected = {student: client.subject_comparison(student, as_of=as_of).rows for student in range(1, 9)}
    wrong: list[Any] = []

    def ask(student: int) -> None:
        for _ in range(15):
            if client.subject_comparison(student, as_of=as_of).rows != expected[student]:
                wrong.append(student)

    threads = [threading.Thread(target=ask, args=(student,)) for student in expected for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []


def test_threads_ask_beside_each_other() -> None:
    together = threading.Barrier(4, timeout=30)

    def wait_for_the_others(sock: Any, request: bytes) -> bool:
        together.wait()
        return INFO(sock, request)

    with misbehaving(wait_for_the_others) as server, Client(server.url) as client:
        threads = [threading.Thread(target=client.info) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert len(server.requests) == 4


def _in_a_child(client: Client, pipe: Any) -> None:
    pipe.send([client.info() for _ in range(3)])


@pytest.mark.skipif(sys.platform == "win32", reason="nothing forks there")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_connections_of_its_own() -> None:
    with misbehaving(INFO) as server, Client(server.url) as client:
        client.info()
        ours, theirs = multiprocessing.Pipe()
        child = multiprocessing.get_context("fork").Process(target=_in_a_child, args=(client, theirs))
        child.start()
        assert ours.recv() == [{"engine": "here"}] * 3
        child.join(timeout=30)
        client.info()
        assert server.connections == 2, "the child opened one, and left the parent's alone"


def test_the_server_is_asked_for_compressed_answers(url: str, client: Client, as_of: str) -> None:
    request = urllib.request.Request(
        f"{url}/v1/reports/top-performers?as_of={as_of}", headers={"Accept-Encoding": "gzip"}
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        assert response.headers["Content-Encoding"] == "gzip"
    assert client.top_performers(as_of=as_of).rows

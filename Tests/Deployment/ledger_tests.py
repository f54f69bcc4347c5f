"""That the fault run would see what it looks for.

    python3 -m unittest discover --start-directory Tests/Deployment --pattern '*_tests.py'
"""

import asyncio
import json
import time
import unittest
from collections import Counter

import answers
from answers import Ledger, State, digest
from changes import Changes
from client import Hung, Response
from fault_run import Load
from faults import Faults
from questions import Question
from troubles import Troubles

answers.note = lambda text: None

REPORT = Question("/v1/reports/top-performers?as_of=2026-06-20T12:00:00Z")
VIEW = Question("/v1/views/subject_performance", is_view=True)


class OneServer:
    def __init__(self):
        self.name, self.life, self.stale_within = "a", 1, 28


MEMBERS = {"report": "r", "parameters": {}, "policy": {}, "as_of": "then", "data_as_of": "before", "generated_at": "now",
           "served_by": "memory", "row_count": 1, "total_count": 1, "limit": 10, "offset": 0}


def said(version, rows, **more):
    body = {**MEMBERS, "data_version": version, "rows": rows, **more}
    head = {"etag": f'W/"{version}{rows}{more.get("age")}"', "cache-status": "rollbook; hit"}
    return Response(200, head, json.dumps(body).encode())


def stale(version, rows, age=3):
    response = said(version, rows, stale=True, age=age)
    response.headers |= {"cache-status": "rollbook; fwd=stale", "age": str(age)}
    return response


class LedgerTests(unittest.TestCase):
    def setUp(self):
        right = {(REPORT, name): digest(REPORT, said(0, rows).json()) for name, rows in (("one", [1]), ("two", [2]))}
        right |= {(VIEW, name): digest(VIEW, said(0, rows).json()) for name, rows in (("one", [10]), ("two", [20]))}
        self.ledger = Ledger(right)
        self.ledger.states = {1: State("one", "one"), 2: State("two", "one"), 3: State("two", "two")}
        self.server = OneServer()

    def say(self, question, response, floor=0, life=1):
        self.ledger.answered(self.server, life, floor, question, response)

    def wrong(self):
        compared = self.ledger.judge()
        return compared, self.ledger.wrong_count

    def test_right_answers_are_right(self):
        self.say(REPORT, said(1, [1]))
        self.say(REPORT, said(2, [2]))
        self.say(VIEW, said(2, [10]))
        self.say(VIEW, said(3, [20]))
        self.assertEqual(self.wrong(), (4, 0))

    def test_another_versions_rows_are_wrong(self):
        self.say(REPORT, said(2, [1]))
        self.assertEqual(self.wrong(), (1, 1))

    def test_a_view_that_is_newer_than_its_refresh_is_wrong(self):
        self.say(VIEW, said(2, [20]))
        self.assertEqual(self.wrong(), (1, 1))

    def test_stale_answers_must_be_right_for_their_version_too(self):
        self.say(REPORT, stale(1, [2]))
        self.assertEqual(self.wrong(), (1, 1))

    def test_a_version_that_was_never_stored_is_wrong(self):
        self.say(REPORT, said(9, [2]))
        self.assertEqual(self.wrong(), (1, 1))

    def test_a_process_may_not_go_back(self):
        self.say(REPORT, said(3, [2]))
        self.say(REPORT, said(1, [1]), floor=self.ledger.floor(self.server))
        self.assertEqual(self.wrong(), (2, 1))

    def test_it_may_where_it_says_so(self):
        self.say(REPORT, said(3, [2]))
        self.say(REPORT, stale(1, [1]), floor=self.ledger.floor(self.server))
        self.assertEqual(self.wrong(), (2, 0))

    def test_only_who_is_allowed_to_may_be_stale(self):
        self.server.stale_within = None
        self.say(REPORT, stale(1, [1]))
        self.assertEqual(self.wrong(), (1, 1))

    def test_whoever_asked_before_a_newer_answer_was_given_may_get_the_older(self):
        floor = self.ledger.floor(self.server)
        self.say(REPORT, said(3, [2]))
        self.say(REPORT, said(1, [1]), floor=floor)
        self.assertEqual(self.wrong(), (2, 0))

    def test_a_new_process_begins_anew(self):
        self.say(REPORT, said(3, [2]))
        self.server.life = 2
        self.say(REPORT, said(1, [1]), floor=self.ledger.floor(self.server), life=2)
        self.assertEqual(self.wrong(), (2, 0))

    def test_a_tag_stands_for_the_answer_that_had_it(self):
        self.say(REPORT, said(1, [1]))
        self.say(REPORT, said(3, [2]))
        unchanged = Response(304, {"etag": 'W/"1[1]None"'}, b"")
        self.say(REPORT, unchanged, floor=self.ledger.floor(self.server))
        self.say(REPORT, Response(304, {"etag": 'W/"none"'}, b""))
        self.assertEqual(self.wrong(), (2, 2))

    def test_a_tag_stands_for_one_answer(self):
        first, second = said(1, [1]), said(3, [2])
        second.headers["etag"] = first.headers["etag"]
        self.say(REPORT, first)
        self.say(REPORT, second)
        self.assertEqual(self.wrong(), (2, 1))

    def test_a_tag_does_not_outlive_the_computation(self):
        self.say(REPORT, said(1, [1]))
        self.say(REPORT, said(1, [1], generated_at="later"))
        self.assertEqual(self.wrong(), (2, 1))

    def test_a_tag_stays_whoever_gives_the_answer(self):
        self.say(REPORT, said(1, [1]))
        self.say(REPORT, said(1, [1], served_by="redis"))
        self.assertEqual(self.wrong(), (2, 0))

    def test_two_questions_may_have_the_same_tag(self):
        self.say(REPORT, said(1, [1]))
        view = said(1, [10])
        view.headers["etag"] = said(1, [1]).headers["etag"]
        self.say(VIEW, view)
        self.assertEqual(self.wrong(), (2, 0))

    def test_a_stale_answer_may_not_be_too_old(self):
        self.say(REPORT, stale(1, [1], age=28))
        self.say(REPORT, stale(1, [1], age=29))
        self.assertEqual(self.wrong(), (2, 1))

    def test_a_stale_answer_says_its_age_in_its_head_too(self):
        response = stale(1, [1])
        del response.headers["age"]
        self.say(REPORT, response)
        self.assertEqual(self.wrong(), (1, 1))

    def test_an_answer_without_a_member_is_wrong(self):
        response = said(1, [1])
        response.body = response.body.replace(b"total_count", b"count_of_all")
        self.say(REPORT, response)
        self.assertEqual(self.wrong(), (0, 1))


class OneTopology:
    """A topology that is nothing but its troubles, which explain what happens while they last."""

    def __init__(self):
        self.troubles, self.redis, self.servers = Troubles(), None, []

    def explains_refusal(self, server, began, ended):
        return self.troubles.explain(began, ended, 0)


class RunTests(unittest.TestCase):
    def setUp(self):
        self.topology, self.ledger = OneTopology(), Ledger({})
        self.load = Load(self.topology, self.ledger, [], 100, 1, 1)

    def judge(self, problem, **headers):
        head = {"content-type": "application/problem+json", **headers}
        body = json.dumps({"type": f"urn:rollbook:problem:{problem}"}).encode()
        self.load._judge_retried(OneServer(), REPORT.target, Response(503, head, body), time.monotonic())
        return self.ledger.wrong_count

    def test_a_refusal_without_a_fault_is_wrong(self):
        self.assertEqual(self.judge("unavailable"), 1)

    def test_a_fault_explains_a_refusal(self):
        self.topology.troubles.spans.append([0, None])
        self.assertEqual(self.judge("unavailable"), 0)

    def test_a_fault_long_ago_explains_nothing(self):
        self.topology.troubles.spans.append([0, time.monotonic() - 9])
        self.assertEqual(self.judge("unavailable"), 1)

    def test_who_is_overloaded_says_when_to_come_back(self):
        self.topology.troubles.spans.append([0, None])
        self.assertEqual(self.judge("overloaded", **{"retry-after": "2"}), 0)
        self.assertEqual(self.judge("overloaded"), 1)

    def test_a_run_that_is_refused_everything_is_wrong(self):
        self.load.questioned = Counter({"answered": 90, "not now": 10, "none": 20})
        self.load.judge()
        self.assertEqual(self.ledger.wrong_count, 0)
        self.load.questioned = Counter({"answered": 89, "not now": 11})
        self.load.judge()
        self.assertEqual(self.ledger.wrong_count, 1)
        self.load.questioned = Counter({"answered": 69, "none": 31})
        self.load.judge()
        self.assertEqual(self.ledger.wrong_count, 2)

    def test_a_run_without_faults_is_wrong(self):
        faults = Faults(self.topology, self.ledger, 1)
        faults.done = Counter({name: 10 for _, name, _ in faults.kinds})
        faults.judge(300)
        self.assertEqual(self.ledger.wrong_count, 0)
        faults.judge(1000)
        self.assertEqual(self.ledger.wrong_count, 1)
        faults.done.pop("primary is killed")
        faults.judge(300)
        self.assertEqual(self.ledger.wrong_count, 2)

    def test_a_fault_that_fails_is_found_whatever_it_says(self):
        async def hangs():
            raise Hung("no answer")

        asyncio.run(Faults(self.topology, self.ledger, 1)._one("answers are forgotten", hangs))
        self.assertEqual(self.ledger.wrong_count, 1)

    def test_a_run_in_which_nothing_changes_is_wrong(self):
        changes = Changes.__new__(Changes)
        changes.ledger, changes.done = self.ledger, Counter({("import", "stored"): 2, ("import", "failed"): 9})
        changes.judge(2)
        self.assertEqual(self.ledger.wrong_count, 0)
        changes.judge(3)
        self.assertEqual(self.ledger.wrong_count, 1)


if __name__ == "__main__":
    unittest.main()

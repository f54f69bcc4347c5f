"""Right answers, and what the servers said beside them.

An answer is a function of the question and of the data's version. Which state of the school a version is, is known when
the changes are known; so what was said is kept, and judged at the end.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass

from client import ask
from processes import Failed, note, run, start, until, free_port
from school import AS_OF

# What a refresh by hand is asked to hold for; one by a job holds for the present.
REFRESHED_AS_OF = AS_OF

# What is asked for as one figure as well.
WITH_SUMMARY = "/v1/reports/attendance-correlation"
# So much of the questions must have another answer in each state: else one state's answers pass for another's.
LEAST_DISTINCT = 3 / 4


def refreshed_now(name):
    """How views are named that were made of a state of the records for the present."""
    return f"{name}, for the present"


@dataclass(frozen=True)
class State:
    """What a version of the data is: which records, and of which records the views were made."""

    records: str
    views: str | None


def digest(question, answer):
    """All of an answer that the question and the version decide.

    Raises KeyError where a part is missing: two answers without it are not the same by that.
    """
    kept = ["report", "parameters", "policy", "row_count", "total_count", "limit", "offset", "rows"]
    if question.target.startswith(WITH_SUMMARY):
        kept.append("summary")
    if not question.is_view:
        kept.append("data_as_of")
        if question.has_instant:
            kept.append("as_of")
    text = json.dumps({name: answer[name] for name in kept}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _tagged(answer):
    """What a tag stands for: the whole answer, but for who gave it."""
    text = json.dumps({name: value for name, value in answer.items() if name != "served_by"}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


async def right_answers(program, folders, questions, folder):
    """The digest of each question's answer for each state of the school, by an undisturbed server over a store of its own:
    a DuckDB file, so that the other engine has its say, too."""
    right = {}
    for name, records in folders.items():
        file = folder / f"{name}.duckdb"
        run([program, "import", "records", records, "--database", file])
        run([program, "refresh", "--as-of", REFRESHED_AS_OF, "--database", file])
        port = free_port()
        log = folder / f"right-{name}.log"
        server = await start([program, "serve", "--port", port, "--database", file], {"ROLLBOOK_LOG_LEVEL": "error"}, log)
        try:
            async def answers():
                if server.returncode is not None:
                    raise Failed(log.read_text())
                try:
                    return (await ask(port, "GET", "/health/ready")).status == 200
                except Exception:
                    return False

            await until(answers, 60, "the undisturbed server answers")
            for question in questions:
                response = await ask(port, "GET", question.target, patience=60)
                if response.status != 200:
                    raise Failed(f"{question.target}: {response.status} {response.body[:300]}")
                right[question, name] = digest(question, response.json())
            await _ask_views_of_the_present(port, name, questions, right)
        finally:
            server.kill()
            await server.wait()
    distinct = sum(len({right[question, name] for name in folders}) == len(folders) for question in questions)
    note(f"{len(questions)} questions, of which {distinct} have another answer in each of {len(folders)} states")
    if distinct < LEAST_DISTINCT * len(questions):
        raise Failed(f"only {distinct} of {len(questions)} questions tell the states apart")
    return right


async def _ask_views_of_the_present(port, name, questions, right):
    """The school year is over by months, so what moves with the clock has come to rest: any present gives the same."""
    response = await ask(port, "POST", "/v1/refresh", patience=60)
    if response.status != 200:
        raise Failed(f"a refresh: {response.status} {response.body[:300]}")
    for question in questions:
        if question.is_view:
            response = await ask(port, "GET", question.target, patience=60)
            if response.status != 200:
                raise Failed(f"{question.target}: {response.status} {response.body[:300]}")
            right[question, refreshed_now(name)] = digest(question, response.json())


class Ledger:
    """Everything that the servers said, until it is judged."""

    # Where more than so many things are wrong, the rest is only counted.
    most = 25

    def __init__(self, right):
        self.right = right
        self.states = {}
        self.said = Counter()
        self.samples = {}
        self.read = {}
        self.tags = {}
        self.tagged = {}
        # The last three of each question: what a client may remember.
        self.last_tags = {}
        self.newest = {}
        self.wrong = []
        self.wrong_count = 0
        self.stale = 0

    def find(self, words):
        """Keeps something that must not be."""
        self.wrong_count += 1
        if len(self.wrong) < self.most:
            self.wrong.append(words)
            note(f"WRONG: {words}")

    def floor(self, server):
        """The newest version that a server's process has shown to anybody."""
        return self.newest.get((server.name, server.life), 0)

    def saw(self, server, life, version):
        key = (server.name, life)
        self.newest[key] = max(self.newest.get(key, 0), version)

    def answered(self, server, life, floor, question, response):
        """Takes in an answer of a server's process, of which somebody had seen the version `floor` before he asked."""
        if response.status == 304:
            version, _ = self.tags.get((question, response.headers.get("etag")), (None, None))
            if version is None:
                return self.find(f"{question.target}: 304 for a tag that was never given")
            age = None
            if "stale" in response.headers.get("cache-status", ""):
                age = int(response.headers.get("age", 0))
        else:
            try:
                version, age = self._read(question, response)
            except (KeyError, ValueError) as error:
                return self.find(f"{question.target}: an answer without {error}: {response.body[:300]}")
        if age is not None:
            return self._take_in_stale(server, question, response, age)
        if life != server.life:
            # It was started anew meanwhile: which of the two processes answered is not known.
            return
        if version < floor:
            self.find(
                f"server {server.name} showed version {version} of {question.target} after it had shown {floor}"
                f" ({response.headers.get('cache-status')}, {response.status})")
        self.saw(server, life, version)

    def _take_in_stale(self, server, question, response, age):
        """An answer that calls itself stale may be of an older version, where it may be given at all."""
        self.stale += 1
        if server.stale_within is None:
            self.find(f"server {server.name} gave a stale answer to {question.target}, which it was not allowed")
        elif not 0 <= age <= server.stale_within:
            self.find(
                f"server {server.name} gave an answer to {question.target} that is {age} s old, and may give those of"
                f" {server.stale_within} s")
        if response.headers.get("age") != str(age):
            self.find(f"{question.target}: age {age} in the answer, {response.headers.get('age')} in its head")

    def _read(self, question, response):
        """The version of an answer, and its age where it calls itself stale; the same bytes are read once."""
        key = (question, hash(response.body))
        if key not in self.read:
            answer = response.json()
            found = digest(question, answer)
            self.read[key] = (answer["data_version"], answer["age"] if answer.get("stale") else None, found,
                              _tagged(answer))
            self.samples.setdefault((question, answer["data_version"], found), answer)
        version, age, found, tagged = self.read[key]
        self.said[question, version, found] += 1
        if tag := response.headers.get("etag"):
            self._take_in_tag(question, tag, version, tagged)
        return version, age

    def _take_in_tag(self, question, tag, version, tagged):
        """Whoever sends a tag back is told that he has the answer: it stands for one answer for ever."""
        if (question, tag) not in self.tags:
            self.last_tags[question] = [*self.last_tags.get(question, [])[-2:], tag]
        first = self.tags.setdefault((question, tag), (version, tagged))
        if first != (version, tagged):
            self.find(f"{question.target}: the tag {tag} stands for two answers, of versions {first[0]} and {version}")

    def judge(self):
        """Compares everything that was said with what is right, and gives how many answers that were."""
        for (question, version, found), count in self.said.items():
            state = self.states.get(version)
            if state is None:
                self.find(f"{question.target}: version {version} was never stored ({count} answers)")
                continue
            name = state.views if question.is_view else state.records
            if found != self.right.get((question, name)):
                sample = json.dumps(self.samples[question, version, found])[:1500]
                self.find(f"{question.target}: {count} wrong answers for version {version} ({state}): {sample}")
        return sum(self.said.values())

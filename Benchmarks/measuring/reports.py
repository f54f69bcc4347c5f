"""The nine reports with their default parameters, their aims, and the hand-written peer of each."""

import datetime
import pathlib
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

PEERS = pathlib.Path(__file__).resolve().parent.parent / "peers"


@dataclass(frozen=True)
class Report:
    """A report as it is measured."""

    name: str
    #: The window in days; None: all time.
    days: int | None
    #: At most so many times what the better peer takes.
    aim: float
    #: About one student or teacher: a matter of a few milliseconds.
    is_light: bool = False
    #: The id parameter that it needs.
    subject: str | None = None
    #: The rest of its defaults, which the peer's text names.
    defaults: dict = field(default_factory=dict)

    def target(self, facts):
        """The path and query that ask the server for it; everything else is the report's own default."""
        query = {"as_of": facts.as_of.strftime("%Y-%m-%dT%H:%M:%SZ")}
        if self.subject:
            query[self.subject] = facts.ids[self.subject]
        return f"/v1/reports/{self.name}?{urlencode(query)}"

    def peer(self, facts, folder=PEERS):
        """The peer's text in a folder, with its parameters still as `:name`, and their values."""
        sql = re.sub(r"--.*", "", (folder / f"{self.name}.sql").read_text()).strip()
        values = {**self.defaults, **self._window(facts.as_of), "pass_mark": 70, "late_counts": True}
        values |= {f"{name}_id": number for name, number in facts.ids.items()}
        return sql, {name: values[name] for name in set(parameters(sql))}

    def _window(self, as_of):
        until = as_of.date() + datetime.timedelta(days=1)
        first = until - datetime.timedelta(days=self.days) if self.days else datetime.date(1900, 1, 1)
        midnight = datetime.time()
        return {
            "days": self.days,
            "from_on": first,
            "until_on": until,
            "from_at": datetime.datetime.combine(first, midnight),
            "until_at": datetime.datetime.combine(until, midnight),
            "overdue_at": as_of - datetime.timedelta(days=7),
        }


def parameters(sql):
    """The names that stand as `:name` in a text, `::` aside."""
    return re.findall(r"(?<!:):([a-z_]+)", sql)


def spelled(sql, spelling):
    """The text with every `:name` in another spelling, such as `$name`."""
    return re.sub(r"(?<!:):([a-z_]+)", lambda match: spelling.format(match[1]), sql)


def _page(limit):
    return {"limit": limit, "offset": 0}


ALL = [
    Report("student-progress", 30, 1.0, True, "student", {"by": "week"} | _page(100)),
    Report("subject-comparison", None, 1.0, True, "student", _page(50)),
    Report("teacher-workload", 30, 1.0, True, "teacher"),
    Report("attendance-correlation", 90, 0.5),
    Report("top-performers", 90, 0.25, defaults={"min_submissions": 3} | _page(10)),
    Report("bottom-performers", 90, 0.25, defaults={"min_submissions": 3} | _page(10)),
    Report("student-engagement", 30, 0.25, defaults=_page(100)),
    Report("class-trends", 90, 0.25, defaults={"by": "week"} | _page(1000)),
    Report("engagement-trend", 30, 0.5, defaults={"by": "day"}),
]

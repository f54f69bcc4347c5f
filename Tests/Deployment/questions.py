"""What is asked: every report and every view, in many ways."""

import random
from dataclasses import dataclass

from school import AS_OF, STUDENTS


@dataclass(frozen=True)
class Question:
    """A target, and what its right answer depends on."""

    target: str
    is_view: bool = False
    # The instant is part of what is asked, and of the right answer.
    has_instant: bool = True


def _report(name, *parameters):
    return Question(f"/v1/reports/{name}?" + "&".join([*parameters, f"as_of={AS_OF}"]))


def every():
    """All questions, the same ones in each run."""
    chance = random.Random(4)
    asked = []
    for days in (7, 30, 90, 365):
        asked += [_report("attendance-correlation", f"days={days}"), _report("engagement-trend", f"days={days}"),
                  _report("student-engagement", f"days={days}", "limit=20"), _report("class-trends", f"days={days}"),
                  _report("top-performers", f"days={days}"), _report("bottom-performers", f"days={days}", "limit=3")]
    for by in ("day", "week", "month"):
        asked += [_report("engagement-trend", f"by={by}", "days=180"), _report("class-trends", f"by={by}", "days=120")]
    for student in sorted(chance.sample(range(1, STUDENTS + 1), 12)):
        asked += [_report("student-progress", f"student={student}", "days=200"),
                  _report("subject-comparison", f"student={student}")]
    for teacher in (1, 2):
        asked += [_report("teacher-workload", f"teacher={teacher}", f"days={days}") for days in (30, 365)]
    asked += [_report("top-performers", "days=365", "pass_mark=50"),
              _report("engagement-trend", "days=60", "time_zone=Europe/Berlin"),
              _report("student-engagement", "days=60", "time_zone=America/New_York", "limit=1000")]
    # Without an instant the whole school year lies in the window, whatever day it is.
    asked += [Question(f"/v1/reports/{name}?days=3660", has_instant=False)
              for name in ("top-performers", "attendance-correlation")]
    for view in ("student_grade_summary", "class_progress_summary", "subject_performance", "teacher_workload"):
        asked += [Question(f"/v1/views/{view}", is_view=True),
                  Question(f"/v1/views/{view}?limit=7&offset=3", is_view=True)]
    return asked


class Choice:
    """Chooses as people do: a few questions again and again, all of them now and then."""

    def __init__(self, questions, seed):
        self.chance = random.Random(seed)
        self.questions = list(questions)
        random.Random(1).shuffle(self.questions)
        self.weights = [1 / (rank + 2) for rank in range(len(self.questions))]

    def next(self):
        return self.chance.choices(self.questions, self.weights)[0]

"""Answers computed afresh, timed in turns."""

import gc
import math
import statistics
import time
from dataclasses import dataclass

from .processes import note

#: A question that takes longer than so many seconds is asked only twice.
LONG = 5


@dataclass(frozen=True)
class Timing:
    """The medians of a report in milliseconds, by contestant; None: stopped at the time limit."""

    report: object
    rows: int
    medians: dict
    #: What the answers themselves say that they took, of those that say it.
    computing: dict

    @property
    def ratio(self):
        """Rollbook's median as a part of the better peer's."""
        ours, *peers = self.medians.values()
        return ours / min(median for median in peers if median is not None)

    def gain(self, ours, peer):
        """How many times as long a peer takes as one of ours; without end where it was stopped."""
        return math.inf if self.medians[peer] is None else self.medians[peer] / self.medians[ours]


def time_reports(reports, rollbook, peers, runs):
    """Asks every report in turns of all contestants, after checking that their answers agree."""
    return [_time(report, rollbook, peers, runs(report)) for report in reports]


def _time(report, rollbook, peers, runs):
    contestants = [rollbook, *peers]
    questions = {contestant.name: contestant.prepare(report) for contestant in contestants}
    envelope = rollbook.envelope(questions[rollbook.name]())
    left = {rollbook.name: runs}
    for peer in peers:
        answer, seconds = _timed(questions[peer.name])
        if answer is not None:
            peer.check(report, envelope, answer)
        left[peer.name] = 0 if answer is None else runs if seconds < LONG else 2
    samples = {contestant.name: [] for contestant in contestants}
    computing = {contestant.name: [] for contestant in contestants if hasattr(contestant, "computing")}
    for turn in range(runs):
        for contestant in contestants:
            if turn < left[contestant.name]:
                answer, seconds = _timed(questions[contestant.name])
                samples[contestant.name].append(seconds * 1000)
                if contestant.name in computing:
                    computing[contestant.name].append(contestant.computing(answer))
    medians, computing = (
        {name: statistics.median(values) if values else None for name, values in taken.items()}
        for taken in (samples, computing))
    timing = Timing(report, envelope["row_count"], medians, computing)
    note(f"{report.name}: " + ", ".join(f"{name} {value and round(value, 2)} ms" for name, value in medians.items()))
    return timing


def _timed(ask):
    gc.collect()
    gc.disable()
    began = time.perf_counter()
    answer = ask()
    seconds = time.perf_counter() - began
    gc.enable()
    return answer, seconds

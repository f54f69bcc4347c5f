"""When a fault was there that explains why a question could not be answered."""

import time


class Troubles:
    """The times of such faults."""

    def __init__(self):
        self.spans = []

    async def during(self, fault):
        """Keeps the time that a fault takes, where it takes place, which it says."""
        span = [time.monotonic(), None]
        self.spans.append(span)
        took_place = False
        try:
            took_place = await fault()
            return took_place
        finally:
            span[1] = time.monotonic()
            if not took_place:
                self.spans.remove(span)

    def explain(self, began, ended, after):
        """Whether one was there between two moments, or not longer ago than so many seconds."""
        return any(since <= ended and (until is None or until + after >= began) for since, until in self.spans)

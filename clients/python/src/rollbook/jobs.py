"""The server's jobs: what runs by the clock, begun and watched from here."""

from __future__ import annotations

import abc
import urllib.parse
from typing import Any, Dict, List, Mapping

from .errors import ProtocolError
from .parameters import refuse
from .records import listed


class Jobs(abc.ABC):
    """The calls on jobs. What they give is as JSON has it; the API's description says what it means."""

    def jobs(self) -> List[Dict[str, Any]]:
        """Give the jobs: when they run, how they are, and their last runs."""
        return listed(self._fetch("/v1/jobs", {}), "jobs")

    def job_runs(self, name: str, *, limit: int = 50) -> List[Dict[str, Any]]:
        """Give a job's runs, newest first; at most 1,000."""
        return listed(self._fetch(f"/v1/jobs/{_segment('name', name)}/runs", {"limit": limit}), "runs")

    def job_run(self, name: str, id: str) -> Dict[str, Any]:  # noqa: A002 -- the route's name for it
        """Give a run with its tries."""
        return self._fetch(f"/v1/jobs/{_segment('name', name)}/runs/{_segment('id', id)}", {})

    def run_job(self, name: str) -> str:
        """Begin a job, and give the run's id; `BusyError` where it runs already, here or elsewhere. Never retried."""
        return self._run_id(f"/v1/jobs/{_segment('name', name)}/run")

    def cancel_job(self, name: str) -> str:
        """Stop a job, wherever it runs, and give the run's id; `NotFoundError` where it does not run. Never retried."""
        return self._run_id(f"/v1/jobs/{_segment('name', name)}/cancel")

    def statistics(self, *, limit: int = 1) -> List[Dict[str, Any]]:
        """Give the figures that the job ``statistics`` has kept, newest first; at most 100 takings."""
        return listed(self._fetch("/v1/statistics", {"limit": limit}), "takings")

    def _run_id(self, path: str) -> str:
        run = self._post(path, {}).get("run_id")
        if not isinstance(run, str):
            raise ProtocolError("what the server sent names no run")
        return run

    @abc.abstractmethod
    def _fetch(self, path: str, parameters: Mapping[str, Any]) -> Dict[str, Any]: ...

    @abc.abstractmethod
    def _post(self, path: str, arguments: Mapping[str, Any]) -> Dict[str, Any]: ...


def _segment(name: str, value: str) -> str:
    if not isinstance(value, str) or value in ("", ".", ".."):
        raise refuse(name, "a name")
    try:
        return urllib.parse.quote(value, safe="")
    except UnicodeEncodeError:
        raise refuse(name, "a text of whole Unicode characters") from None

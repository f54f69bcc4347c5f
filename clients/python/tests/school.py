"""A made-up school that ends today, and a real server of it."""

from __future__ import annotations

import csv
import datetime
import json
import os
import re
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any, Iterator

#: An id as only a source would think of it.
STRANGE_ID = "schüler/ß ?&=#%20+;:\"'\\🙂 語"
#: The students beside that one.
STUDENTS = 60


def program() -> str:
    """The server's program; without it there is nothing to test."""
    path = os.environ.get("ROLLBOOK_BINARY", "")
    if not path or not os.access(path, os.X_OK):
        raise RuntimeError("ROLLBOOK_BINARY must name the rollbook program; script/test-python builds and names it")
    return path


def run(*arguments: str) -> str:
    done = subprocess.run([program(), *arguments], capture_output=True, text=True, env=_environment(), timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def make(folder: Path) -> Path:
    """Make the files of the school, and a database of them."""
    files, database = folder / "school", folder / "school.duckdb"
    today = datetime.datetime.now(datetime.timezone.utc).date()
    run(
        "generate", "school", "--students", str(STUDENTS), "--seed", "1", "--submissions-per-student", "40",
        "--ends-on", today.isoformat(), "--output", str(files),
    )  # fmt: skip
    _append(files / "students.csv", [[STRANGE_ID, "Zoë", "O'Неill"]])
    yesterday = (today - datetime.timedelta(days=1)).isoformat()
    _append(
        files / "material_submissions.csv",
        [
            ["9000001", STRANGE_ID, "1", f"{yesterday}T08:00:00.123456Z", "81.25"],
            ["9000002", STRANGE_ID, "1", f"{yesterday}T09:30:00Z", ""],
        ],
    )
    run("import", "records", str(files), "--database", str(database))
    run("refresh", "--database", str(database))
    return database


def _append(path: Path, rows: list[list[str]]) -> None:
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def serve(database: Path, *arguments: str) -> Iterator[str]:
    """Give the URL of a server of the database, until it is no longer needed."""
    log = database.with_suffix(".log")
    with log.open("wb") as out:
        server = subprocess.Popen(
            [program(), "serve", "--port", "0", "--database", str(database), *arguments],
            stdout=out, stderr=out, env=_environment(),
        )  # fmt: skip
        try:
            yield _url(server, log)
        finally:
            server.terminate()
            server.wait(timeout=30)


def _url(server: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(600):
        found = re.search(r"Rollbook listens on (http://[\w.:]+)", log.read_text())
        if found:
            return found.group(1)
        assert server.poll() is None, log.read_text()
        time.sleep(0.05)
    raise AssertionError("the server does not start: " + log.read_text())


def fetch(url: str, path: str) -> Any:
    """Ask the server without the package."""
    with urllib.request.urlopen(url + path, timeout=30) as response:
        return json.load(response)


def _environment() -> dict[str, str]:
    # Settings of this shell must not show in the answers.
    return {name: value for name, value in os.environ.items() if not name.startswith("ROLLBOOK_")}

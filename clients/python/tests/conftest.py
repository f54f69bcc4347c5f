"""What the tests share: one server for all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from rollbook import Client
from tests import school


def pytest_sessionstart(session: pytest.Session) -> None:
    try:
        school.program()
    except RuntimeError as error:
        pytest.exit(str(error), returncode=2)


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return school.make(tmp_path_factory.mktemp("rollbook"))


@pytest.fixture(scope="session")
def url(database: Path) -> Iterator[str]:
    yield from school.serve(database)


@pytest.fixture(scope="session")
def as_of(url: str) -> str:
    """An instant at which the school has records: all its dates are before it."""
    newest: str = school.fetch(url, "/v1/info")["data_as_of"]
    return newest


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    with Client(url) as made:
        yield made

"""Where the drop-in service finds its server: Django's settings first, then the environment."""

from __future__ import annotations

import datetime
import os
import sys
import threading
import zoneinfo
from typing import Any, Callable, Dict, Optional, Tuple, Union

from .client import Client
from .credentials import TokenSource
from .errors import ConfigurationError

_lock = threading.Lock()
_clients: Dict[Tuple[str, float], Client] = {}


def setting(name: str) -> Any:
    """Give a setting of Django where there is one of this name, else a variable of the environment, else None."""
    settings = _django_settings()
    value = getattr(settings, name, None) if settings is not None else None
    return os.environ.get(name) or None if value is None else value


def client(
    url: Optional[str] = None,
    token: Optional[TokenSource] = None,
    timeout: Optional[Union[float, str]] = None,
    *,
    default_timeout: float,
) -> Client:
    """Give a client for these, or for what is set. Services with the same server share its open connections."""
    where = url or setting("ROLLBOOK_URL")
    if not where:
        raise ConfigurationError("set ROLLBOOK_URL, in Django's settings or in the environment, or give url")
    given = setting("ROLLBOOK_TIMEOUT") if timeout is None else timeout
    try:
        seconds = float(default_timeout if given is None else given)
    except (TypeError, ValueError):
        raise ConfigurationError("ROLLBOOK_TIMEOUT is a number of seconds") from None
    with _lock:
        shared = _clients.get((where, seconds))
        if shared is None:
            shared = _clients[where, seconds] = Client(where, timeout=seconds)
    try:
        return shared.with_token((setting("ROLLBOOK_TOKEN") or None) if token is None else token)
    finally:
        token = None


def instants() -> Callable[[datetime.datetime], datetime.datetime]:
    """Give what turns an instant into what the project's other instants are: with ``USE_TZ = False`` without a zone."""
    settings = _django_settings()
    if settings is None or settings.USE_TZ:
        return _unchanged
    zone = zoneinfo.ZoneInfo(settings.TIME_ZONE)
    return lambda moment: moment.astimezone(zone).replace(tzinfo=None)


def _unchanged(moment: datetime.datetime) -> datetime.datetime:
    return moment


def _django_settings() -> Any:
    # Who uses no Django is not made to load it.
    if "django.conf" not in sys.modules and "DJANGO_SETTINGS_MODULE" not in os.environ:
        return None
    try:
        from django.conf import settings  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return None
    return settings if settings.configured or "DJANGO_SETTINGS_MODULE" in os.environ else None


def _after_fork() -> None:
    global _lock
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)

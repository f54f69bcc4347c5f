"""A bearer token that does not show itself."""

from __future__ import annotations

import re
from typing import Callable, Optional, Union

from .errors import ConfigurationError

#: A token, or what makes one for each request, so that it can be renewed.
TokenSource = Union[str, Callable[[], str]]

# RFC 6750: what may follow "Bearer ".
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")

_WRONG = "the token is not one: it is empty, or has spaces, line ends or other characters"


class Credentials:
    """The bearer token of a client. Neither its text nor its representation holds the token."""

    __slots__ = ("__source",)

    def __init__(self, source: Optional[TokenSource]) -> None:
        self.__source = source
        if isinstance(source, str) and not _TOKEN.fullmatch(source):
            # Neither in the message, nor in what a page of errors shows of this function.
            self.__source = source = None
            raise ConfigurationError(_WRONG)

    def __repr__(self) -> str:
        return "<a token>" if self.is_given else "<no token>"

    def __reduce__(self) -> str:
        raise TypeError("a token is not written down")

    @property
    def is_given(self) -> bool:
        """Whether there is a token."""
        return self.__source is not None

    def authorization(self) -> str:
        """Give the value of the Authorization header."""
        token = self.__source() if callable(self.__source) else self.__source
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            token = None
            raise ConfigurationError(_WRONG)
        return "Bearer " + token

    def scrub(self, text: str) -> str:
        """Take the token out of a text that came from elsewhere."""
        text = re.sub(r"(?i)\bbearer\s+\S+", "Bearer ***", text)
        return text.replace(self.__source, "***") if isinstance(self.__source, str) else text

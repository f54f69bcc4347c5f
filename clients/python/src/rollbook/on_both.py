"""Methods that can be called on an object and on its class."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Optional, Type

if TYPE_CHECKING:
    from typing import Callable, Generic, Protocol, TypeVar

    from typing_extensions import Concatenate, ParamSpec, Self

    P = ParamSpec("P")
    R = TypeVar("R", covariant=True)
    S = TypeVar("S", bound="HasShared")

    class HasShared(Protocol):
        """A class with an object for those that make none."""

        @classmethod
        def shared(cls) -> Self: ...  # noqa: D102

    class on_both(Generic[S, P, R]):  # noqa: N801, D101
        def __init__(self, function: Callable[Concatenate[S, P], R]) -> None: ...
        def __get__(self, instance: Optional[S], owner: Type[S]) -> Callable[P, R]: ...

else:

    class on_both:  # noqa: N801 -- a decorator, like classmethod
        """A method of an object; called on the class, it is that of the class's shared object."""

        def __init__(self, function: Any) -> None:
            self._function = function
            functools.update_wrapper(self, function)

        def __get__(self, instance: Optional[Any], owner: Type[Any]) -> Any:
            if instance is not None:
                return self._function.__get__(instance, owner)

            @functools.wraps(self._function)
            def on_shared(*arguments: Any, **named: Any) -> Any:
                return self._function(owner.shared(), *arguments, **named)

            return on_shared

"""Writes src/rollbook/_declarations.py from the declarations of a running server.

usage: python tools/generate.py URL > src/rollbook/_declarations.py
"""

from __future__ import annotations

import json
import sys
import textwrap
import urllib.request
from typing import Any, Dict, Iterator, List

PYTHON_TYPES = {
    "integer": "int",
    "decimal": "Decimal",
    "text": "str",
    "date": "datetime.date",
    "instant": "datetime.datetime",
    "boolean": "bool",
}
POLICY_TYPES = {"number": "Mark", "integer": "int", "string": "str", "boolean": "bool"}
HEAD = '''"""Made by tools/generate.py from a server's declarations; not edited by hand."""

from __future__ import annotations

import abc
import datetime
from decimal import Decimal
from typing import Any, Literal, Mapping, Optional, Tuple, TypedDict, Union

from .answers import Answer, SummarizedAnswer
from .columns import Column, Declaration, Parameter
from .parameters import Id, Instant, Mark

#: The length of a period.
Period = Literal["day", "week", "month"]
'''


def fetch(url: str, path: str) -> Any:
    with urllib.request.urlopen(url.rstrip("/") + path, timeout=30) as response:
        return json.load(response)


def camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.replace("_", "-").split("-"))


def snake(name: str) -> str:
    return name.replace("-", "_")


class Table:
    """A report or view as the server declares it."""

    def __init__(self, declared: Dict[str, Any], is_view: bool, settings: List[Dict[str, Any]]) -> None:
        self.declared, self.is_view, self.settings = declared, is_view, settings
        self.name: str = declared["name"]
        self.row = camel(self.name) + ("ViewRow" if is_view else "Row")
        self.summary = camel(self.name) + "Summary" if declared.get("summary") else None
        self.constant = ("VIEW_" if is_view else "") + snake(self.name).upper()
        self.method = ("view_" if is_view else "") + snake(self.name)

    def types(self) -> Iterator[str]:
        yield from typed_dict(self.row, self.declared["grain"], self.declared["columns"])
        if self.summary:
            yield from typed_dict(self.summary, "What is said of all rows together", self.declared["summary"])

    def value(self) -> str:
        parameters = "".join(
            f"Parameter({one['name']!r}, {one['type']!r}, {one['default']!r}, {one['is_required']!r}),"
            for one in self.declared["parameters"]
        )
        columns, summary = (
            "".join(
                "Column({name!r}, {type!r}, {unit!r}, {is_nullable!r}, {meaning!r}),".format(**one)
                for one in self.declared.get(part) or []
            )
            for part in ("columns", "summary")
        )
        return (
            f"{self.constant} = Declaration(name={self.name!r}, is_view={self.is_view}, parameters=({parameters}),"
            f" columns=({columns}), summary=({summary}))"
        )

    def function(self) -> Iterator[str]:
        parameters = self.declared["parameters"]
        required = [one for one in parameters if one["is_required"]]
        arguments = ["self", *(f"{python_name(one)}: Id" for one in required), "*"]
        arguments += [
            f"{python_name(one)}: {python_type(one)} = {default(one)}" for one in parameters if one not in required
        ]
        arguments += [f"{one['name']}: Optional[{policy_type(one)}] = None" for one in self.settings]
        gives = f"SummarizedAnswer[{self.row}, {self.summary}]" if self.summary else f"Answer[{self.row}]"
        yield f"    def {self.method}({', '.join(arguments)},) -> {gives}:"
        yield f'        """{self.sentence()}'
        yield ""
        for one in parameters:
            yield from described(python_name(one), f"{one['help']}; {one['takes']}")
        yield '        """'
        pairs = [f"{one['name']!r}: {python_name(one)}" for one in parameters]
        pairs += [f"{one['name']!r}: {one['name']}" for one in self.settings]
        yield f"        answer: {gives} = self._ask({self.constant}, {{{', '.join(pairs)}}})"
        yield "        return answer"
        yield ""

    def sentence(self) -> str:
        if not self.is_view:
            return str(self.declared["question"])
        return f"Read the view {self.name}, as its last refresh left it."


def typed_dict(name: str, about: str, columns: List[Dict[str, Any]]) -> Iterator[str]:
    yield f"class {name}(TypedDict):"
    about = about[0].upper() + about[1:]
    yield "\n".join(textwrap.wrap(f'"""{about}."""', 116, initial_indent="    ", subsequent_indent="    "))
    yield ""
    for column in columns:
        kind = PYTHON_TYPES[column["type"]]
        yield f"    {column['name']}: {f'Optional[{kind}]' if column['is_nullable'] else kind}"
    yield ""


def described(name: str, text: str) -> Iterator[str]:
    yield from textwrap.wrap(f":param {name}: {text}", 112, initial_indent=" " * 8, subsequent_indent=" " * 12)


def python_name(parameter: Dict[str, Any]) -> str:
    return "class_" if parameter["name"] == "class" else str(parameter["name"])


def python_type(parameter: Dict[str, Any]) -> str:
    if parameter["type"] == "identifier":
        return "Id"
    if parameter["type"] == "integer":
        return 'Union[int, Literal["all"]]' if parameter["default"] == "all" else "int"
    if parameter["takes"] == "day, week, month":
        return "Period"
    raise SystemExit(f"the parameter {parameter['name']} has the type {parameter['type']}, which is not known here")


def default(parameter: Dict[str, Any]) -> str:
    value = parameter["default"]
    return str(value) if str(value).isdigit() else repr(value)


def policy_type(parameter: Dict[str, Any]) -> str:
    return "Instant" if parameter["name"] == "as_of" else POLICY_TYPES[parameter["schema"]["type"]]


def generate(url: str) -> str:
    """Give the text of the module, before it is formatted."""
    openapi = fetch(url, "/openapi.json")
    common = openapi["components"]["parameters"]

    def settings(path: str) -> List[Dict[str, Any]]:
        references = [
            one["$ref"].rpartition("/")[2] for one in openapi["paths"][path]["get"]["parameters"] if "$ref" in one
        ]
        return [common[name] for name in references if common[name]["in"] == "query"]

    paging = [
        {
            "name": "limit",
            "type": "integer",
            "default": "1000",
            "is_required": False,
            "takes": "a whole number from 1; more than 10000 is lowered to 10000",
            "help": "the most rows of a page",
        },
        {
            "name": "offset",
            "type": "integer",
            "default": "0",
            "is_required": False,
            "takes": "a whole number from 0",
            "help": "the first row of the page, counted from 0",
        },
    ]
    tables = [
        Table(one, False, settings(f"/v1/reports/{one['name']}")) for one in fetch(url, "/v1/reports")["reports"]
    ] + [
        Table({"parameters": paging, **one}, True, settings(f"/v1/views/{one['name']}"))
        for one in fetch(url, "/v1/views")["views"]
    ]
    lines = [HEAD]
    for table in tables:
        lines += table.types()
    lines += [table.value() for table in tables]
    lines.append("#: All reports and views.")
    lines.append(f"DECLARATIONS: Tuple[Declaration, ...] = ({', '.join(table.constant for table in tables)},)")
    lines += ["", "class DeclaredQuestions(abc.ABC):", '    """A method for each report and view."""', ""]
    for table in tables:
        lines += table.function()
    lines.append("    @abc.abstractmethod")
    lines.append("    def _ask(self, declaration: Declaration, parameters: Mapping[str, Any]) -> Any: ...")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    sys.stdout.write(generate(sys.argv[1]))

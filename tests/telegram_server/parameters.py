"""The parameters of a request: form fields, parts of a multipart body, or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, MultipartReader, web

from tests.telegram_server.refusals import bad


@dataclass(frozen=True, slots=True)
class File:
    """A file that was uploaded."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Parameters:
    """Values by name, read as the type that a method asks for.

    Attributes:
        values: as they came: text from forms, anything from JSON.
        files: uploaded parts by name.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, File] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return self.values.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """A text; empty where it is missing."""
        value = self.values.get(name, "")
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise bad(f'field "{name}" must be of type String')
        return str(value)

    def integer(self, name: str, default: int = 0) -> int:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            if isinstance(value, bool):
                raise ValueError
            return int(value)
        except (TypeError, ValueError):
            raise bad(f'field "{name}" must be a Number') from None

    def boolean(self, name: str) -> bool:
        value = self.values.get(name)
        if isinstance(value, bool):
            return value
        return str(value or "").strip().lower() in ("true", "yes", "1")

    def json(self, name: str, kind: type) -> Any:
        """An object or array, or none where it is missing; text is parsed."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None
        if value is not None and not isinstance(value, kind):
            expected = "an Array" if kind is list else "an Object"
            raise bad(f"can't parse {name.replace('_', ' ')}: expected {expected}")
        encodable(value)
        return value


def encodable(value: Any) -> None:
    """Lone surrogates can be written in JSON, but are no text."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None


async def read(request: web.Request) -> Parameters:
    """All parameters of a request, those of its address among them.

    Raises:
        Refused: the body is not what its type says.
    """
    values: dict[str, Any] = dict(request.query)
    files: dict[str, File] = {}
    if request.method == "POST":
        if request.content_type == "multipart/form-data":
            async for part in await _parts(request):
                assert isinstance(part, BodyPartReader)
                if part.name is None:
                    raise bad("can't parse request body: a part has no name")
                content = bytes(await part.read())
                if part.filename is None:
                    values[part.name] = _decoded(content)
                else:
                    mime = part.headers.get("Content-Type", "application/octet-stream")
                    files[part.name] = File(part.filename, mime, content)
        elif request.content_type == "application/json":
            values |= _object(await request.read())
        else:
            values |= _form(await request.read())
    return Parameters(values, files)


async def _parts(request: web.Request) -> MultipartReader:
    try:
        return await request.multipart()
    except ValueError:
        raise bad("can't parse request body as multipart") from None


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise bad("strings must be encoded in UTF-8") from None


def _form(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(_decoded(body), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise bad("strings must be encoded in UTF-8") from None


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise bad("can't parse request body as JSON object")
    encodable(value)
    return value

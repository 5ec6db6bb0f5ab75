"""The kinds of rating."""

from __future__ import annotations

from typing import Literal, get_args

Rating = Literal["helpful", "wrong_source", "not_an_answer"]
"""``helpful``: it answers (of a refusal: no report does). ``wrong_source``: it is of a place, time
or report that was not asked about. ``not_an_answer``: it does not tell what was asked (of a
refusal: a report does answer)."""

RATINGS: tuple[Rating, ...] = get_args(Rating)

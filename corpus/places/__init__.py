"""Places: the gazetteer, places named in a question, and the place that a report is about.

Import from the modules: ``gazetteer`` (:class:`Place`, :class:`Gazetteer`), ``coverage``
(:class:`CoveredPlace`), ``recognise`` (:class:`PlaceFinder`, :class:`Mention`) and ``identify``.
"""

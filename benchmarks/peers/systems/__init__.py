"""The systems, a module each: ``PACKAGES``, ``SETTINGS`` (the defaults first) and ``index``."""

PEERS = ("txtai", "haystack", "llamaindex", "langchain", "lancedb")
OURS = "cityqa"

"""The systems, a module each.

``PACKAGES`` are what it consists of; ``SETTINGS`` begins with its defaults; ``USUAL`` names the
hybrid setting that is usually best, the only one that a quick run measures; ``index`` makes of a
task what can be asked.
"""

PEERS = ("txtai", "haystack", "llamaindex", "langchain", "lancedb")
OURS = "cityqa"

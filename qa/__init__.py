"""A question to an answer: settings, retrieval, selection, refusal, the command line."""

"""Commands that this package adds to ``cityqa``."""

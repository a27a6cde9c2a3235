class NotYet(Exception):
    """Why this router cannot be built yet. The next attempt may succeed."""

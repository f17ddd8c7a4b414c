"""The one error that a user is meant to read."""


class InputError(Exception):
    """Something the user gave cannot be used; the message says what to do.

    Scripts print the message alone, without a traceback, and exit with 1.
    """


class DivergedError(InputError):
    """A training has left the finite numbers; of a draw of a search, that is the result."""

"""Errors whose messages are written for users."""


class InputError(Exception):
    """Invalid input from the user; the message says what to do.

    Scripts print only the message, without a traceback, and exit with 1.
    """


class DivergedError(InputError):
    """A training reached numbers that are not finite; in a search this is the result of a draw."""

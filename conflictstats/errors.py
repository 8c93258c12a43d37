"""The errors this package raises: what, given, allowed, next step."""


class ConflictStatsError(Exception):
    """Base of every error raised on purpose, so that one ``except`` catches all."""


class ArgumentError(ConflictStatsError, ValueError):
    """An argument has a value that is not allowed."""


class ArgumentTypeError(ConflictStatsError, TypeError):
    """An argument has a type that is not allowed."""


class SchemaError(ConflictStatsError, ValueError):
    """A table does not have the columns or values its schema asks for."""


class ReadError(ConflictStatsError, ValueError):
    """A file as a whole cannot be read (single bad rows are quarantined instead)."""


class SumError(ConflictStatsError, ValueError):
    """Counts were asked to be summed that overlap or are not flows."""


class CoverageError(ConflictStatsError, ValueError):
    """A place or period lies outside what the source covers."""


class LicenceError(ConflictStatsError, PermissionError):
    """The source's terms forbid handing on its rows."""


class EstimationError(ConflictStatsError, ArithmeticError):
    """A quantity was asked for that could not be estimated from these data."""


class FetchError(ConflictStatsError, OSError):
    """A download failed, was refused, or came back incomplete."""


class CredentialError(FetchError, PermissionError):
    """A provider asks for a credential that is missing, expired or not enough."""


class IntegrityError(ConflictStatsError, ValueError):
    """A file differs from what its checksum or provenance says."""

"""RQ's time-out: an exception that a signal raises anywhere, within a record's hooks, too."""

from rq.timeouts import JobTimeoutException


def timed_out(error: BaseException | None) -> bool:
    """Whether the job's time-out is behind an error.

    It may strike within a query, and leaves a connection on which whatever clears up fails as well.
    """
    while error is not None and not isinstance(error, JobTimeoutException):
        error = error.__context__
    return error is not None

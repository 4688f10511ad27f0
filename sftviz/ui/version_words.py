"""Which version of a data set is meant, in words."""

from sftviz.audit.findings import counted
from sftviz.data.stored import StoredData
from sftviz.errors import DataError
from sftviz.ui.stores import data_store


def version_words(identity: str) -> str:
    """The data set that a run learned from, how many changes it had, and whether there are others now: plain text.

    Args:
        identity: of the listing, as a run's configuration names it.
    """
    try:
        version = data_store().version(identity)
    except DataError:
        return "a data set that is not kept here"
    match version.num_changes:
        case 0:
            words = "as added"
        case None:
            words = "with earlier changes"
        case number:
            words = _with(number)
    since = "" if version.is_current else "; changed since"
    return f"{version.stored.name}, {words}{since}"


def changes_words(stored: StoredData) -> str:
    """What to say behind the name of a data set that was changed since it was added; else empty."""
    return f", {_with(len(stored.changes))}" if stored.changes else ""


def _with(number: int) -> str:
    return f"with {counted(number, 'change', 'changes')}"

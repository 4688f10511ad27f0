"""Which version of a data set a run learned from, in words."""

from sftviz.audit.findings import counted
from sftviz.errors import DataError
from sftviz.ui.stores import data_store


def version_words(identity: str) -> str:
    """A version's data set by its name, the changes that it has, and whether it was changed since: plain text.

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
            words = f"with {counted(number, 'change', 'changes')}"
    since = "" if version.is_current else "; changed since"
    return f"{version.stored.name}, {words}{since}"

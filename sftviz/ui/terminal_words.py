"""What a terminal must be told to use the pictures of a data set."""

from sftviz.data.by_names import ByNames
from sftviz.data.by_table import ByTable
from sftviz.data.stored import StoredData
from sftviz.ui.stores import SAMPLE


def picture_words(stored: StoredData) -> list[str]:
    """The path, and how the labels came about."""
    words = ["sample_data" if stored.listing.root == SAMPLE else str(stored.listing.root)]
    labels = stored.labels
    if isinstance(labels, ByNames):
        words += ["--names", labels.rule]
    if isinstance(labels, ByTable):
        columns = (labels.picture, labels.label, labels.side)
        words += ["--table", labels.file, "--columns", ",".join(str(each + 1) for each in columns if each is not None)]
    return words

"""The tree of errors that a person may meet: each names the thing, the value and the cure."""


class SftvizError(Exception):
    """A failure whose message is a whole sentence, fit to be shown as it is."""


class DataError(SftvizError):
    """The pictures cannot be used as they are."""


class EmptyClassError(DataError):
    """Some classes have no picture to learn from; the others could be used without them.

    Attributes:
        classes: their names.
    """

    def __init__(self, message: str, classes: tuple[str, ...]) -> None:
        super().__init__(message)
        self.classes = classes


class UnreadablePictureError(DataError):
    """One file is not a picture that we read."""


class LostPictureError(DataError):
    """A picture is not there any more as the scan found it.

    Attributes:
        reason: a whole sentence that says what became of its file.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason} Put it back as it was at the scan, or scan the folder again.")
        self.reason = reason


class UploadError(DataError):
    """An upload or an archive was refused, or broke off; nothing of it is kept."""


class ModelError(SftvizError):
    """A backbone or its weights cannot be had or do not fit."""


class NotDescribedError(ModelError):
    """Nothing is known yet of a backbone that can be looked up."""


class DownloadError(ModelError):
    """Weights could not be fetched.

    Attributes:
        status: the publisher's answer in HTTP's numbers; None where there was none.
    """

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class CacheFullError(SftvizError):
    """What is to be computed once and kept finds no room, whatever else is deleted."""


class TrainingError(SftvizError):
    """Training cannot begin or go on."""


class DivergedError(TrainingError):
    """The loss, a gradient or a weight is no longer a finite number."""


class RunError(SftvizError):
    """A run cannot be read, written or continued."""


class RunBusyError(RunError):
    """Another writer holds the run."""


class CheckpointError(RunError):
    """A checkpoint is missing, incomplete or damaged."""


class SweepError(SftvizError):
    """A sweep cannot be made as it was asked for."""


class AttributionError(SftvizError):
    """A map cannot be computed for this model or picture."""


class EmptyResultError(SftvizError):
    """There is nothing to compute on."""

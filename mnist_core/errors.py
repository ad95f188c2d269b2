"""The project's exceptions: one base class, and children that carry what went wrong.

Every message is a sentence for the person at the screen: it names what was wrong
and what to do.  Pages and the command line catch `DigitLabError` and nothing wider.
"""

MAX_QUOTE = 100  # characters


class DigitLabError(Exception):
    """Base of every error that this project raises on purpose."""


class ConfigError(DigitLabError):
    """A setting has a value that cannot work.

    Attributes:
        field: name of the setting, as in `TrainingConfig`.
        value: what was received.
    """

    def __init__(self, field: str, value: object, expected: str):
        self.field = field
        self.value = value
        super().__init__(f"{field} must be {expected}, got {_short(repr(value))}.")


class DataError(DigitLabError):
    """A data set is missing, damaged, or not what it claims to be.

    Attributes:
        source: path or address of the data in question.
    """

    def __init__(self, source: object, problem: str):
        self.source = str(source)
        super().__init__(f"{source}: {problem}")


class DownloadError(DataError):
    """A data set could not be fetched from any host."""


class ImageError(DigitLabError):
    """An array or a file cannot be read as a picture of a digit."""


class ModelError(DigitLabError):
    """A file or blob does not hold a network that this project can run."""


class TrainingError(DigitLabError):
    """Training cannot go on."""


class Diverged(TrainingError):
    """The loss or a weight ceased to be a number: the steps were too long.

    Attributes:
        step: the step after which that was so.
        learning_rate: that of the run.
    """

    def __init__(self, step: int, learning_rate: float):
        self.step = step
        self.learning_rate = learning_rate
        super().__init__(
            f"The loss ceased to be a number at step {step:,}: a learning rate of {learning_rate:g} is too large here. "
            f"Start again with a smaller one, {learning_rate / 10:g} for instance."
        )


class QueueFull(DigitLabError):
    """As many runs wait for a worker as may."""


class NotAllowed(DigitLabError):
    """Somebody asks for what they may not do."""


class StoreError(DigitLabError):
    """The database refuses: locked, read-only, full, or from a newer version.

    Attributes:
        may_pass: whether the same may succeed in a moment, or once somebody has made room.
    """

    may_pass = False

    def __init__(self, sentence: str, *, may_pass: bool | None = None):
        if may_pass is not None:
            self.may_pass = may_pass
        super().__init__(sentence)


class StoreUnavailable(StoreError):
    """The database cannot be reached just now; what waits for it goes on by itself."""

    may_pass = True


class StoreReplaced(StoreError):
    """The database's file was deleted or replaced while it was open: what is written goes nowhere."""


class ExperimentNotFound(StoreError):
    """No experiment with this id is in the store.

    Attributes:
        experiment_id: what was asked for.
    """

    def __init__(self, experiment_id: str):
        self.experiment_id = experiment_id
        super().__init__(f"There is no experiment {_short(experiment_id)} here. It may have been deleted.")


class RunNotFound(StoreError):
    """No run with this id is in the store.

    Attributes:
        run_id: the id that was asked for.
    """

    def __init__(self, run_id: str):
        self.run_id = run_id
        super().__init__(f"There is no run {_short(repr(run_id))}. It may have been deleted.")


class RoomNotFound(StoreError):
    """No class with this code is in the store.

    Attributes:
        code: what was asked for.
    """

    def __init__(self, code: str):
        self.code = code
        super().__init__(f"There is no class with the code {_short(code)}. Look at the code again; or it has ended.")


class Refused(DigitLabError):
    """Something that may not be done in a class, or not now.

    Attributes:
        reason: key of the sentence, for pages in other languages; see `classroom.rules`.
        values: what the sentence is filled with.
    """

    def __init__(self, reason: str, sentence: str, **values: object):
        self.reason, self.values = reason, values
        super().__init__(sentence.format(**values))


class JobError(DigitLabError):
    """No worker could be started or reached."""


class DrawingNotFound(StoreError):
    """No drawing with this id is in the store.

    Attributes:
        drawing_id: the id that was asked for.
    """

    def __init__(self, drawing_id: str):
        self.drawing_id = drawing_id
        super().__init__(f"There is no drawing {_short(repr(drawing_id))}. It may have been deleted.")


def _short(words: str) -> str:
    """What was received, or its beginning: a sentence stays one, whatever a link carries."""
    return words if len(words) <= MAX_QUOTE else f"{words[:MAX_QUOTE]}..."

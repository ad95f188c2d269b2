"""TensorFlow and Keras as this project wants them: whoever needs them imports them from here.

Some of that has to be said before TensorFlow is imported, and so in one place.  Where
`TF_CPP_MIN_LOG_LEVEL` is set, TensorFlow says what it has to say.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

# Below Python, where no caller could catch it: in the log's format, or before there is one.
GREETINGS = re.compile(rb"[IW]\d{4} [\d:.]+ |WARNING: All log messages before absl::InitializeLog")


@contextmanager
def _without_greetings() -> Iterator[None]:
    """Hold back what is written to standard error meanwhile, and then pass it on without TensorFlow's greetings.

    They do not ask for any level, and `TF_ENABLE_ONEDNN_OPTS=0`, which silences them, is another arithmetic.
    """
    if "TF_CPP_MIN_LOG_LEVEL" in os.environ:
        yield
        return
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
    standard_error = os.dup(2)
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(standard_error, 2)
            os.close(standard_error)
            said.seek(0)
            os.write(2, b"".join(line for line in said if not GREETINGS.match(line)))


os.environ["KERAS_BACKEND"] = "tensorflow"
# A second thread would take nearly all of another core, which pages and other workers need, for a sixth of the time.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
with _without_greetings():
    import keras
    import tensorflow as tf

__all__ = ["keras", "tf"]

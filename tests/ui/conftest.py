"""What all tests of pages share."""

import pytest
from streamlit.runtime.scriptrunner import script_runner


@pytest.fixture(autouse=True)
def _keras_is_let_be(monkeypatch):
    """Leave Keras alone, which no page uses, where another test has imported it.

    Before each run of a page Streamlit clears its session, which looks through all that lies in memory: half a second,
    in which most pages run five times.
    """
    monkeypatch.setattr(script_runner, "_clean_problem_modules", lambda: None)

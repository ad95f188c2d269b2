#!/bin/sh
# test_pythons.sh: the tests that start nothing, and those of training, with each Python from 3.10 to 3.13 that is found on
# the PATH or where pyenv keeps its own, but for that of .venv, for which there is `make test`.  Each has an environment of
# its own beside .venv.  Style and types need no other Python: both are judged for 3.10.
set -u

own=$(.venv/bin/python -c 'import sys; print("3.%d" % sys.version_info[1])')
failed=
for version in 3.10 3.11 3.12 3.13; do
    [ "$version" = "$own" ] && continue
    python=
    for candidate in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
        # A name on the PATH proves nothing: version managers leave stubs.
        PYTHON=$candidate sh scripts/find_python.sh >/dev/null 2>&1 && python=$candidate
    done
    if [ -z "$python" ]; then
        echo "Python $version was not found."
        continue
    fi
    echo "Testing with Python $version ($python)"
    VENV=.venv-$version PYTHON=$python sh scripts/install.sh requirements-dev.txt &&
        ".venv-$version/bin/python" -m pytest -q -n 2 -m "not browser and not server and not worker" &&
        ".venv-$version/bin/python" -m pytest -q tests/mnist_core/training || failed="$failed $version"
done
[ -z "$failed" ] || { echo "Not all is well with Python$failed." >&2; exit 1; }

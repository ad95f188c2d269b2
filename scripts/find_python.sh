#!/bin/sh
# Prints the Python to build .venv with: 3.10 to 3.13, able to make a virtual environment.
# PYTHON=path/to/python overrides the search.  Each candidate is run, because a name on the
# PATH proves nothing: version managers leave stubs that only print an error.
set -u

suits='import sys; sys.exit(not (3, 10) <= sys.version_info[:2] < (3, 14))'
# Debian splits both off into a package of their own.
makes_environments='import ensurepip, venv'

incomplete=
for candidate in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python3.10 python /usr/bin/python3; do
    if "$candidate" -c "$suits" >/dev/null 2>&1; then
        if "$candidate" -c "$makes_environments" >/dev/null 2>&1; then
            command -v "$candidate"
            exit 0
        fi
        incomplete=${incomplete:-$candidate}
    fi
    if [ -n "${PYTHON:-}" ]; then
        break
    fi
done

if [ -n "$incomplete" ]; then
    version=$("$incomplete" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "$incomplete (Python $version) cannot make virtual environments." \
        "On Debian or Ubuntu, install what is missing: apt-get install python$version-venv" >&2
elif [ -n "${PYTHON:-}" ]; then
    echo "PYTHON=$PYTHON is not a Python from 3.10 to 3.13 that runs." >&2
else
    echo "No Python from 3.10 to 3.13 was found. Install one (python.org, or your system's packages)," \
        "or say where it is: make run PYTHON=/path/to/python3" >&2
fi
exit 1

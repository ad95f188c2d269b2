#!/bin/sh
# install.sh REQUIREMENTS: makes .venv where it is missing, or the folder in VENV, and installs REQUIREMENTS into it.
# Costs a few milliseconds where nothing has changed since the last time: installed-NAME in it holds
# the Python and the pins that were installed.  What was interrupted is begun again from nothing.
set -u

requirements=$1
venv=${VENV:-.venv}
python=$venv/bin/python
stamp=$venv/installed-${requirements##*/}
unfinished=$venv/unfinished

wanted() { # What a finished installation of $1 was made of.
    "$python" --version 2>&1
    cat requirements-core.txt requirements.txt
    [ "$1" = requirements.txt ] || cat "$1"
}

if [ -x "$python" ] && [ -f "$stamp" ] && [ ! -f "$unfinished" ] && [ "$(wanted "$requirements")" = "$(cat "$stamp")" ]; then
    exit 0
fi

# A half-written one, or one whose Python was upgraded or removed since, cannot be mended.
if [ -f "$unfinished" ] || ! "$python" -m pip --version >/dev/null 2>&1; then
    base=$(sh scripts/find_python.sh) || exit 1
    echo "Making $venv with $base ($("$base" --version 2>&1))"
    "$base" -m venv --clear "$venv" || {
        echo "$base could not make $venv; its message is above. Another Python: make run PYTHON=/path/to/python3" >&2
        exit 1
    }
fi

echo "Installing $requirements into $venv (the first time takes minutes)"
touch "$unfinished"
if "$python" -m pip install --disable-pip-version-check --prefer-binary -r "$requirements"; then
    wanted "$requirements" >"$stamp"
    wanted requirements.txt >"$venv"/installed-requirements.txt # Every list of ours contains this one.
    rm "$unfinished"
else
    # pip gave up by itself, so what it had installed is whole.
    rm -f "$unfinished" "$venv"/installed-*
    echo "$requirements could not be installed; pip's message is above. Once it is mended, run make again." >&2
    exit 1
fi

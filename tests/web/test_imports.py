"""What is work for workers alone never comes into the web server, whatever is visited."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = {"tensorflow", "keras", "sklearn", "scipy", "cleanlab", "openTSNE", "optuna", "h5py"}

WALK = """
import sys
from streamlit.testing.v1 import AppTest

HEAVY, PAGES = {heavy!r}, {pages!r}
app = AppTest.from_file({home!r}, default_timeout=200)


def run(what):
    app.run()
    assert not app.exception, (what, app.exception)
    assert not set(HEAVY) & set(sys.modules), (what, set(HEAVY) & set(sys.modules))


def choices():
    return {{each.key: each for kind in ("button_group", "radio") for each in app.get(kind) if not each.disabled}}


def walk(known):
    here = choices()
    for key in [each for each in here if each not in known]:
        for option in here[key].options:
            menu = choices().get(key)
            if menu is not None:
                several = menu.type == "button_group" and not menu._is_single_select
                menu.set_value([option] if several else option)
                run((key, option))
                walk(known | here.keys())  # What comes with this choice.


run("home.py")
titles = [app.title[0].value]
for page in PAGES:
    app.switch_page(page)
    run(page)
    titles.append(app.title[0].value)
    walk(set())
print(titles)
"""


def test_visiting_every_page_and_choice_never_brings_the_workers_libraries_into_the_server(tmp_path):
    pages = [f"pages/{path.name}" for path in sorted((ROOT / "pages").glob("*.py"))]
    code = WALK.format(heavy=sorted(HEAVY), pages=pages, home=str(ROOT / "home.py"))
    environment = {**os.environ, "DIGITLAB_HOME": str(tmp_path), "DIGITLAB_OFFLINE": "1"}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip().endswith(
        "['Digit Lab', 'Draw', 'Train', 'Dataset', 'Mistakes', 'Compare', 'Experiments', 'Class']"
    )

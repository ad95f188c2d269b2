"""The rules of the source tree: who may import what."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = sorted((ROOT / "mnist_core").rglob("*.py"))
WEB = [
    *(ROOT / "app.py", ROOT / "home.py"),
    *(path for folder in ("pages", "ui", "web") for path in sorted((ROOT / folder).rglob("*.py"))),
]
TENSORFLOW = {"tensorflow", "keras"}
HEAVY = {*TENSORFLOW, "sklearn", "scipy", "cleanlab", "openTSNE", "optuna", "h5py"}  # work for a worker alone
WITH_TENSORFLOW = {"training", "trainer", "program", "forward", "model_files"}  # only the last three import it
# From the ground up: a module may import from its own rank and from those below it.
RANKS = (
    {"errors", "images", "settings", "numerals", "visitors", "apart"},
    {
        "architectures",
        "idx",
        "npz",
        "mnist_files",
        "download",
        "ink",
        "uploads",
        "pieces",
        "runs",
        "revisions",
        "schema",
        "refusals",
        "space",
        "migrations",
        "database",
        "patience",
    },
    {
        "dataset",
        "synthetic",
        "drawing",
        "pen",
        "slant",
        "network",
        "pieces",
        "ink",
        "uploads",
        "samples",
        "pen_drawings",
        "drawings",
        "handwritings",
    },
    {"explain", "counterfactual", "neighbours", "certainty", "gauges", "reference"},
    {
        "mixture",
        "importing",
        "imports",
        "chunks",
        "evaluation",
        "stopping",
        "forward",
        "program",
        "trainer",
        "training",
        "model_files",
        "run_log",
        "run_queue",
        "run_lists",
        "run_names",
        "many_runs",
        "waits",
        "run_control",
        "heartbeats",
        "store",
        "drawing_files",
        "lessons",
        "reproduce",
        "exports",
        "variations",
        "analyses",
        "trials",
        "trial_control",
    },
    {"teaching", "exploring", "experiments"},
    {"recorder", "worker", "cluster", "cluster_process", "server_watch", "tasks", "analysis_tasks", "jobs"},
    {"cli", "__main__"},
)


def imported(path: Path, *, at_start: bool = False) -> set[str]:
    """Dotted names of the modules that a file imports, `at_start` leaving out those inside functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if at_start else ast.walk(tree)
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def packages(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_the_core_knows_neither_streamlit_nor_the_pages(path):
    assert not packages(imported(path)) & {"streamlit", "starlette", "ui", "web", "pages"}


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_only_the_compiled_program_and_the_files_made_of_it_import_tensorflow(path):
    assert bool(packages(imported(path)) & TENSORFLOW) == (path.name in ("forward.py", "program.py", "model_files.py"))


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_what_needs_tensorflow_is_imported_where_it_is_needed_only(path):
    needing = {f"mnist_core.{name}" for name in WITH_TENSORFLOW}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    at_start = imported(path, at_start=True)
    assert not at_start & needing or path.stem in WITH_TENSORFLOW, ast.get_docstring(tree)


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_imports_within_the_core_point_downwards(path):
    rank = {module: height for height, modules in enumerate(RANKS) for module in modules}
    parts = path.relative_to(ROOT / "mnist_core").with_suffix("").parts
    own = parts[0]
    if own == "__init__":
        return
    assert own in rank, f"{own} is new: give it a rank"
    for name in imported(path, at_start=True):
        package, _, module = name.partition(".")
        module = module.partition(".")[0]
        if package == "mnist_core" and module in rank and module != own:
            assert rank[module] <= rank[own], f"{own} imports {module}, which stands above it"


def test_visiting_every_page_and_view_never_brings_the_workers_libraries_into_the_server(tmp_path):
    pages = [f"pages/{path.name}" for path in sorted((ROOT / "pages").glob("*.py"))]
    code = f"""
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({str(ROOT / "home.py")!r}, default_timeout=200).run()
titles = [app.title[0].value]
for page in {pages!r}:
    app.switch_page(page).run()
    titles.append(app.title[0].value)
    assert not app.exception, app.exception
from ui.mistakes import KEY, VIEWS
app.switch_page("pages/4_Mistakes.py").run()
for view in VIEWS:
    app.session_state[KEY] = view
    app.run()
    assert not app.exception, app.exception
print(titles, [name for name in {sorted(HEAVY)!r} if name in sys.modules])
"""
    environment = {**os.environ, "DIGITLAB_HOME": str(tmp_path), "DIGITLAB_OFFLINE": "1"}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip().endswith(
        "['Digit Lab', 'Draw', 'Train', 'Dataset', 'Mistakes', 'Compare', 'Experiments'] []"
    )


@pytest.mark.parametrize("path", sorted((ROOT / "web").glob("*.py")), ids=lambda path: path.stem)
def test_what_stands_before_the_pages_knows_nothing_of_them(path):
    assert not packages(imported(path)) & {"streamlit", "ui", "pages"}


@pytest.mark.parametrize("path", WEB, ids=lambda path: path.stem)
def test_no_page_imports_tensorflow_or_the_module_that_does(path):
    names = imported(path)
    assert not packages(names) & TENSORFLOW
    assert not {"mnist_core.worker", *(f"mnist_core.{name}" for name in WITH_TENSORFLOW)} & names


def test_pages_are_short_enough_to_read_from_top_to_bottom():
    for path in [ROOT / "app.py", ROOT / "home.py", *(ROOT / "pages").glob("*.py")]:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 120, path


def test_no_module_has_a_name_that_says_nothing():
    for path in [*CORE, *WEB]:
        assert path.stem not in {"utils", "common", "helpers", "misc"}


def test_no_test_gives_a_page_the_three_seconds_of_streamlit():
    for path in (ROOT / "tests").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("AppTest.from_"):
                assert "default_timeout" in {each.arg for each in call.keywords}, f"{path.name}:{call.lineno}"

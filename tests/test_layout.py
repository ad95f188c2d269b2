"""The rules of the source tree: who may import what."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = sorted((ROOT / "mnist_core").rglob("*.py"))
WEB = [
    *(ROOT / "app.py", ROOT / "home.py"),
    *(path for folder in ("pages", "ui", "web") for path in sorted((ROOT / folder).rglob("*.py"))),
]
FOLDERS = [
    folder
    for name in ("mnist_core", "ui", "web")
    for folder in [ROOT / name, *sorted((ROOT / name).rglob("*/"))]
    if folder.name != "__pycache__" and folder.is_dir()
]
TENSORFLOW = {"tensorflow", "keras"}
# What needs TensorFlow, and is imported where it is needed only; the last one imports it, for all of them.
WITH_TENSORFLOW = {
    f"mnist_core.{name}"
    for name in (
        "training.loop",
        "training.trainer",
        "training.program",
        "training.forward",
        "exchange.model_files",
        "training.tensorflow",
    )
}
IMPORTS_TENSORFLOW = "training/tensorflow.py"
MOST_ENTRIES = 14  # of a package: more are two packages
# Modules that are named in strings, where no tool follows them, and what for.
NAMED_IN_STRINGS = {
    "mnist_core/exchange/uploads.py": "is a process of its own",
    "mnist_core/exchange/importing/reader.py": "starts a process of its own",
    "mnist_core/workers/cluster_process.py": "starts a process of its own",
    "web/health.py": "is a program as well, and says how it is called",
    "mnist_core/data/dataset.py": "says where digits come from that were drawn here",
    "mnist_core/exchange/exports.py": "says what a reader of an exported file may call",
    "mnist_core/insight/one_image/reference.py": "prints the command that makes its table",
}


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


def output_of(tool: str | Path, *arguments: str) -> str:
    """What the tool says where it finds nothing wrong."""
    import subprocess  # Here alone: by what a file imports it is told from those that start something of ours.

    done = subprocess.run([tool, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def packages(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_the_core_knows_neither_streamlit_nor_the_pages(path):
    assert not packages(imported(path)) & {"streamlit", "starlette", "ui", "web", "pages"}


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_one_module_alone_imports_tensorflow(path):
    place = path.relative_to(ROOT / "mnist_core").as_posix()
    assert bool(packages(imported(path)) & TENSORFLOW) == (place == IMPORTS_TENSORFLOW)


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_what_needs_tensorflow_is_imported_where_it_is_needed_only(path):
    own = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    assert not imported(path, at_start=True) & WITH_TENSORFLOW or own in WITH_TENSORFLOW


def test_packages_import_those_below_them_alone():
    """Contracts in `pyproject.toml`; imports within functions and for type checkers count."""
    assert output_of(Path(sys.executable).with_name("lint-imports"), "--no-cache")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_no_package_has_more_entries_than_one_takes_in_at_a_glance(folder):
    entries = [each.name for each in folder.iterdir() if not each.name.startswith(("__", "."))]
    assert len(entries) <= MOST_ENTRIES, sorted(entries)


def test_no_string_names_a_module_but_where_it_must():
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in [*CORE, *WEB]}
    modules = {name for name in (each.removesuffix(".__init__") for each in modules) if "." in name}
    named = re.compile(r"(?<![\w.])(" + "|".join(map(re.escape, modules)) + r")(?![\w])")
    found = set()
    for path in [*CORE, *WEB]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {id(node.body[0].value) for node in ast.walk(tree) if hasattr(node, "body") and _opens_with_words(node)}
        for node in ast.walk(tree):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
            if is_text and named.search(node.value):
                found.add(path.relative_to(ROOT).as_posix())
    assert found == set(NAMED_IN_STRINGS)


def _opens_with_words(node: ast.AST) -> bool:
    body = node.body if isinstance(node.body, list) else []
    return bool(body) and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)


@pytest.mark.parametrize("path", sorted((ROOT / "web").glob("*.py")), ids=lambda path: path.stem)
def test_what_stands_before_the_pages_knows_nothing_of_them(path):
    assert not packages(imported(path)) & {"streamlit", "ui", "pages"}


@pytest.mark.parametrize("path", WEB, ids=lambda path: path.stem)
def test_no_page_imports_tensorflow_or_the_module_that_does(path):
    names = imported(path)
    assert not packages(names) & TENSORFLOW
    assert not {"mnist_core.workers.worker", *WITH_TENSORFLOW} & names


def test_colours_stand_in_their_registry_alone():
    colour = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})(?![0-9a-z])|rgba?\(\s*\d", re.IGNORECASE)
    texts = [*WEB, *(ROOT / "web").rglob("*.js"), *(ROOT / "web").rglob("*.css")]
    assert [path for path in texts if colour.search(path.read_text(encoding="utf-8"))] == [ROOT / "ui" / "colours.py"]


def test_the_frame_alone_reads_and_writes_the_address():
    found = set()
    for path in WEB:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in ("st.query_params", "st.context.url"):
                found.add(path.relative_to(ROOT).parent.as_posix())
    assert found == {"ui/frame"}


def test_pages_are_short_enough_to_read_from_top_to_bottom():
    for path in [ROOT / "app.py", ROOT / "home.py", *(ROOT / "pages").glob("*.py")]:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 120, path


def test_no_module_has_a_name_that_says_nothing():
    for path in [*CORE, *WEB]:
        assert path.stem not in {"utils", "common", "helpers", "misc"}


def test_no_two_files_of_tests_have_one_name():
    """Together they could not be collected: pytest knows a file by its name."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


def test_no_test_gives_a_page_the_three_seconds_of_streamlit():
    for path in (ROOT / "tests").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("AppTest.from_"):
                assert "default_timeout" in {each.arg for each in call.keywords}, f"{path.name}:{call.lineno}"


def test_every_file_that_the_architecture_names_is_there():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:mnist_core|ui|web|pages|tests)/[\w/.]*)`", text)
    assert len(named) > 20 and [each for each in named if not (ROOT / each).exists()] == []


def test_nothing_is_kept_that_is_to_be_left_out():
    """What tools install and leave behind would travel with every copy of the project."""
    if not (ROOT / ".git").exists():
        pytest.skip("this copy of the project has no history")
    assert output_of("git", "ls-files", "--cached", "--ignored", "--exclude-standard") == ""

"""What deploy/ says is what the project knows: settings, ports, Dask's own settings, and commands that exist."""

import ast
import inspect
import re
from dataclasses import fields
from pathlib import Path

import dask
import pytest
import yaml
from click.testing import CliRunner
from distributed.cli import dask_scheduler, dask_worker
from servers.dask_cluster import INSTALLED, UNITS, command, make_keys

from mnist_core import settings
from mnist_core.settings import Settings
from mnist_core.workers import cluster
from web.classes.routes import ClassRoutes
from web.people.teacher import TeacherKey
from web.routes import routes

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
ENVIRON = dict(
    line.split("=", 1)
    for line in (DEPLOY / "digitlab.env").read_text().splitlines()
    if line and not line.startswith("#")
)
OURS = re.compile(r"DIGITLAB_[A-Z_]+")
ONLY_UNITS = {"DIGITLAB_ADDRESS"}  # what the units alone read


@pytest.fixture
def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def read_settings():
    return {
        node.value
        for node in ast.walk(ast.parse(inspect.getsource(settings)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and OURS.fullmatch(node.value)
    }


def test_every_setting_in_the_files_is_one_that_the_app_or_a_unit_reads():
    known = read_settings()
    assert len(known) == len(fields(Settings))
    for file in (DEPLOY / "digitlab.env", DEPLOY / "compose.yaml", *UNITS.iterdir()):
        assert set(OURS.findall(file.read_text())) <= known | ONLY_UNITS, file.name
    for file in UNITS.iterdir():
        assert set(OURS.findall(file.read_text())) <= set(ENVIRON), file.name
        assert "Restart=always\n" in file.read_text(), file.name


def test_the_example_settings_are_read(compose):
    found = Settings.from_environment(ENVIRON)
    assert found.scheduler == "tls://127.0.0.1:8786" and found.offline
    assert found.database_url.startswith("postgresql+psycopg://")
    inside = dict(compose["x-digitlab"]["environment"].items())
    assert Settings.from_environment(inside).scheduler == "tls://scheduler:8786"
    for environ in (ENVIRON, inside):
        path = environ["DASK_CONFIG"]
        assert path.startswith(f"{INSTALLED}/") and (ROOT / path.removeprefix(f"{INSTALLED}/")).is_file()


def test_a_scheduler_elsewhere_gets_the_settings_of_the_local_one():
    content = yaml.safe_load((DEPLOY / "dask.yaml").read_text())
    assert {name: dask.config.get(name, config=content) for name in cluster.SETTINGS} == cluster.SETTINGS


def test_a_scheduler_elsewhere_and_its_workers_answer_only_those_who_have_the_key(compose, tmp_path):
    comm = yaml.safe_load((DEPLOY / "dask.yaml").read_text())["distributed"]["comm"]
    assert comm["require-encryption"] is True
    config = {"distributed": {"comm": comm}}
    names = make_keys(tmp_path)
    files = {name: dask.config.get(name, config=config) for name in names}
    assert {Path(path).name for path in files.values()} == {"key.pem", "certificate.pem"}
    assert {name: Path(path).name for name, path in names.items()} == {
        name: Path(path).name for name, path in files.items()
    }
    (folder,) = {str(Path(path).parent) for path in files.values()}
    assert f"./tls:{folder}:ro" in compose["x-digitlab"]["volumes"]
    made = (ROOT / "docs" / "scaling.md").read_text()
    assert all(
        f"{option} {folder}/{name}" in made for option, name in (("-keyout", "key.pem"), ("-out", "certificate.pem"))
    )
    for ignore in (ROOT / ".gitignore", DEPLOY / "Dockerfile.dockerignore"):
        assert "deploy/tls" in ignore.read_text()


@pytest.mark.parametrize(("cli", "words"), [(dask_scheduler, "scheduler"), (dask_worker, "worker")])
def test_dask_knows_the_options_of_its_commands(cli, words, compose):
    known = CliRunner().invoke(cli.main, ["--help"]).output
    unit = "digitlab-scheduler.service" if words == "scheduler" else "digitlab-worker@.service"
    for given in (command(unit, ENVIRON), compose["services"][words]["command"].split()):
        options = [word for word in given if word.startswith("--")]
        assert options and all(option in known for option in options)


def test_the_ports_of_the_balancer_are_those_of_the_app_servers(compose):
    nginx = (DEPLOY / "nginx.conf").read_text()
    ports = re.findall(r"server 127\.0\.0\.1:(\d+)", nginx)
    for port in ports:
        assert f"--server.port={port}" in command("digitlab@.service", ENVIRON, port)
    assert re.search(r"enable --now (.*)", (UNITS / "digitlab@.service").read_text())[1].split() == [
        f"digitlab@{port}" for port in ports
    ]
    # compose.yaml edits the same file: each of its edits has to find what it replaces.
    edits = re.findall(r"s/(.*?)/(.*?)/", compose["services"]["nginx"]["command"][2])
    assert len(edits) == 3
    for before, after in edits:
        assert before in nginx
        nginx = nginx.replace(before, after)
    for name in re.findall(r"server (app\d):8501", nginx):
        assert "--server.port=8501" in compose["services"][name]["command"]
    assert "127.0.0.1" not in nginx


def test_uploads_may_be_as_large_for_the_balancer_as_for_the_app():
    config = (ROOT / ".streamlit" / "config.toml").read_text()
    size = re.search(r"^maxUploadSize = (\d+)", config, re.MULTILINE)[1]
    assert f"client_max_body_size {size}m;" in (DEPLOY / "nginx.conf").read_text()


def test_units_containers_and_balancer_ask_what_is_wrong_with_what(compose):
    found = routes(looks={}, key=TeacherKey("k"), classes=ClassRoutes(store=lambda: None))
    (path,) = (route.path for route in found if route.name == "health")
    unit = (UNITS / "digitlab@.service").read_text()
    assert f"-m web.health http://127.0.0.1:%i{path}" in unit
    for name in ("app1", "app2"):
        assert compose["services"][name]["healthcheck"]["test"][-1] == f"http://127.0.0.1:8501{path}"
        assert compose["services"]["nginx"]["depends_on"][name] == {"condition": "service_healthy"}
    assert f"location = {path} {{" in (DEPLOY / "nginx.conf").read_text()

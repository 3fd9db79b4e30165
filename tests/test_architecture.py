"""The house's layout, as DESIGN says it: import order, dependencies, what a commit may hold."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

from hcprograms.conf import DEFAULTS

ROOT = Path(__file__).resolve().parent.parent
STEPS = ("institutions", "catalog", "matching", "leads", "followup")
ENTRANCES = ("admin", "views", "forms")
# Parts of a step's views that deserve a module of their own.
VIEW_PARTS = (
    "hcprograms.leads.arrivals",
    "hcprograms.leads.open_forms",
    "hcprograms.leads.importing",
    "hcprograms.leads.showing",
    "hcprograms.leads.unavailable",
)
MODULE_OF = {
    "django-crispy-forms": "crispy_forms",
    "django-import-export": "import_export",
    "django-localflavor": "localflavor",
    "markdown-it-py": "markdown_it",
    "phonenumberslite": "phonenumbers",
}


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("hcprograms", include_external_packages=True, cache_dir=None)


@pytest.fixture(scope="module")
def pyproject():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def committed():
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def test_import_contracts_are_kept():
    linter = Path(sys.executable).parent / "lint-imports"

    result = subprocess.run([linter, "--no-logo"], cwd=ROOT, capture_output=True, text=True)

    assert result.returncode == 0, result.stdout + result.stderr


def test_no_modules_import_each_other_in_a_circle(graph):
    """Imports inside functions count as well."""
    ours = [name for name in graph.modules if name.split(".")[0] == "hcprograms"]
    circles = [
        f"{importer} and {imported}"
        for importer in ours
        for imported in graph.find_modules_directly_imported_by(importer) & set(ours)
        if graph.chain_exists(importer=imported, imported=importer)
    ]

    assert circles == []


def test_only_entrances_import_forms_views_and_admin(graph):
    wrong = [
        f"{importer} imports {module}"
        for module in graph.modules
        for importer in graph.find_modules_that_directly_import(module)
        if is_entrance(module) and step_of(importer) and not is_entrance(importer)
    ]

    assert wrong == []


def is_entrance(module):
    in_step = bool(step_of(module)) and module.split(".")[2].startswith(ENTRANCES)
    return in_step or module in VIEW_PARTS


def step_of(module):
    parts = module.split(".")
    return parts[1] if len(parts) > 2 and parts[1] in STEPS else None


def test_no_step_imports_the_root_models(graph):
    importers = graph.find_modules_that_directly_import("hcprograms.models")

    assert [name for name in importers if step_of(name)] == []


def test_dependencies_are_those_that_are_imported(graph, pyproject):
    named = {re.split(r"[>=\[]", line)[0] for line in pyproject["project"]["dependencies"]}
    optional = {
        "altcha",
        "anymail",
        "cms",
        "openpyxl",
        "prometheus_client",
        "rest_framework",
        "wagtail",
    }
    # What celery talks through, of which only the floors are ours; and what is loaded by name.
    others = {"kombu", "redis", "holidays"}
    external = {name for name in graph.modules if not name.startswith("hcprograms")}

    imported = external - set(sys.stdlib_module_names) - optional
    modules = {MODULE_OF.get(name, name.replace("-", "_")) for name in named - others}

    assert modules == imported


def test_celery_is_imported_by_the_tasks_only(graph):
    importers = {
        importer
        for broker in ("celery", "kombu", "redis")
        if broker in graph.modules
        for importer in graph.find_modules_that_directly_import(broker)
    }

    assert importers <= {"hcprograms.tasks"}


def test_only_project_reads_the_environment():
    wrong = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "hcprograms").rglob("*.py")
        if re.search(r"\bos\.environ\b|\bgetenv\b", path.read_text())
    ]

    assert wrong == []


def test_committed_files_name_no_registry_and_no_machine():
    # In two parts each, so that this file does not name them either.
    addresses = re.compile("pypi" + r"\.org|registry" + r"\.npmjs|python" + "hosted")
    paths = re.compile(r"(?<![\w.])/" + "(work|root|opt|home)/")
    wrong = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in committed()
        if (text := readable(path)) and (found := addresses.search(text) or paths.search(text))
    ]

    assert wrong == []


def readable(path):
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("name", ["dev", "demo"])
def test_constraints_pin_everything_with_hashes(name):
    lines = (ROOT / f"constraints/{name}.txt").read_text().splitlines()
    packages = [line for line in lines if line and not line.startswith(" ")]

    assert packages
    assert not [line for line in packages if not re.match(r"[a-z0-9.-]+(\[\w+\])?==[\w.]+", line)]
    assert not [line for line in packages if not line.endswith("\\")]
    assert "django==5.2." in "\n".join(packages)


@pytest.mark.parametrize("key", DEFAULTS)
def test_readme_tells_of_every_setting(key):
    assert f"\n| `{key}` |" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize(
    "command", [path.stem for path in (ROOT / "hcprograms/management/commands").glob("[a-z]*.py")]
)
def test_readme_tells_of_every_command(command):
    assert re.search(rf"\n\| `{command}[ `]", (ROOT / "README.md").read_text())

"""Imports point down, and only adapters touch the world outside."""

import ast
from collections.abc import Iterator
from importlib.metadata import files
from pathlib import Path

import grimp
import pytest

OUTSIDE = {
    "subprocess", "socket", "socketserver", "http", "urllib.request", "wsgiref", "httpx",
    "requests", "twine", "tempfile", "shutil", "os", "signal", "pypiserver", "keyring", "time",
}  # fmt: skip

STAGES = ("source", "build", "inspection", "publish", "verify", "bump")

LAYERS = (
    ("release.cli",),
    ("release.commands",),
    ("release.assembly",),
    ("release.pipeline", "release.rehearsal"),
    ("release.outcomes",),
    ("release.story",),
    tuple(f"release.{stage}" for stage in STAGES),
    ("release.record", "release.adapters"),
    ("release.config", "release.progress"),
    ("release.formats", "release.leaks"),
    ("release.errors",),
    ("release.model",),
)  # fmt: skip


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Return who imports whom at run time, type checking left out."""
    return grimp.build_graph("release", exclude_type_checking_imports=True, cache_dir=None)


def modules() -> Iterator[tuple[str, Path]]:
    """Yield the package's own modules, the examples' not among them."""
    import release

    root = Path(str(release.__file__)).parent
    for path in sorted(root.rglob("*.py")):
        name = ".".join(("release", *path.relative_to(root).with_suffix("").parts))
        if ".examples." not in name:
            yield name.removesuffix(".__init__"), path


def imported(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def is_outside(module: str) -> bool:
    """Tell whether a module is a door to the world."""
    return any(module == door or module.startswith(f"{door}.") for door in OUTSIDE)


@pytest.mark.parametrize(("name", "path"), [(n, p) for n, p in modules() if ".adapters" not in n])
def test_only_adapters_touch_the_world_outside(name: str, path: Path) -> None:
    """A stage that opened a file of its own accord could not be trusted to be a decision."""
    assert [module for module in imported(path) if is_outside(module)] == [], name


def test_no_layer_imports_one_above_it(graph: grimp.ImportGraph) -> None:
    """Errors and values lie at the bottom, the command line at the top."""
    layers = [grimp.Layer(*layer, independent=False) for layer in LAYERS]

    broken = graph.find_illegal_dependencies_for_layers(layers=layers)

    assert sorted((one.importer, one.imported) for one in broken) == []


def test_no_stage_imports_another(graph: grimp.ImportGraph) -> None:
    """Only the pipeline knows the order of the stages."""
    layer = grimp.Layer(*(f"release.{stage}" for stage in STAGES), independent=True)

    assert graph.find_illegal_dependencies_for_layers(layers=[layer]) == set()


def test_no_import_goes_round_in_a_circle(graph: grimp.ImportGraph) -> None:
    """A cycle would be two modules that are really one."""
    assert sorted(graph.nominate_cycle_breakers("release")) == []


def test_help_needs_nothing_heavy() -> None:
    """`release --help` stays quick because the command line imports what it uses, late."""
    path = dict(modules())["release.cli"]
    top = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.Import)]

    assert {alias.name for node in top for alias in node.names} <= {"argparse", "sys"}


def test_the_installed_package_is_what_is_tested() -> None:
    """In the tests session the wheel is tested, never the source tree."""
    import release

    recorded = {str(Path(str(file.locate())).resolve()) for file in files("tag-to-lock") or ()}
    editable = any(name.endswith(".pth") for name in recorded)

    assert editable or str(Path(str(release.__file__)).resolve()) in recorded

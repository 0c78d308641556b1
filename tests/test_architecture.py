"""The four packages and one direction, held over the installed files."""

from __future__ import annotations

import ast
import importlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGES = ("api", "matcher", "models", "competent_data")
"""Each may import those to its right, and itself."""
ONLY_IN = {
    "fastapi": "api",
    "pydantic": "api",
    "starlette": "api",
    "uvicorn": "api",
    "sqlalchemy": "competent_data",
    "alembic": "competent_data",
}


@dataclass(frozen=True)
class Module:
    """A module of ours: its dotted name and its syntax tree."""

    name: str
    tree: ast.Module

    @property
    def package(self) -> str:
        """The top-level package that it belongs to."""
        return self.name.partition(".")[0]

    def imports(self) -> Iterator[tuple[str, str]]:
        """(module, name) of everything imported anywhere in it; name is '' for a whole module."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, "") for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name} imports relatively"
                yield from ((str(node.module), alias.name) for alias in node.names)


def modules() -> list[Module]:
    """Every module of the four packages as installed."""
    found = []
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        root = Path(spec.origin).parent
        for path in sorted(root.rglob("*.py")):
            name = ".".join((package, *path.relative_to(root).with_suffix("").parts))
            found.append(Module(name, ast.parse(path.read_text("utf-8"))))
    return found


def test_all_four_packages_are_seen() -> None:
    assert {module.package for module in modules()} == set(PACKAGES)
    assert len(modules()) > 40


def test_a_package_imports_only_from_those_to_its_right() -> None:
    wrong = [
        f"{module.name} imports {target}"
        for module in modules()
        for target, _ in module.imports()
        if (top := target.partition(".")[0]) in PACKAGES
        and PACKAGES.index(top) < PACKAGES.index(module.package)
    ]
    assert wrong == []


def test_the_web_stays_in_api_and_sql_in_the_store() -> None:
    wrong = [
        f"{module.name} imports {target}"
        for module in modules()
        for target, _ in module.imports()
        if ONLY_IN.get(target.partition(".")[0], module.package) != module.package
    ]
    assert wrong == []


def test_nothing_imports_the_tests() -> None:
    tops = {target.partition(".")[0] for module in modules() for target, _ in module.imports()}
    assert not tops & {"tests", "pytest", "hypothesis"}


def test_models_never_see_a_person_a_vacancy_or_an_event() -> None:
    seen = {
        (module.name, target, name)
        for module in modules()
        if module.package == "models"
        for target, name in module.imports()
        if target in ("competent_data", "competent_data.records", "competent_data.store")
        and name in ("", "Person", "Vacancy", "Event", "Pin", "Store", "records", "store")
    }
    assert seen == set()


def test_the_environment_is_read_at_import_only_as_a_default_argument() -> None:
    wrong = []
    for module in modules():
        inside = {
            id(node)
            for function in ast.walk(module.tree)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for node in ast.walk(function)
        }
        wrong += [
            f"{module.name}:{node.lineno}"
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Attribute)
            and node.attr in ("environ", "getenv")
            and id(node) not in inside
        ]
    assert wrong == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_hands_on_at_most_five_names_and_has_them(package: str) -> None:
    loaded = importlib.import_module(package)
    names = getattr(loaded, "__all__", [])
    assert len(names) <= 5
    assert names == sorted(names)
    assert all(hasattr(loaded, name) for name in names)

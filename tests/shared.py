"""What many tests need: files that the project never holds, and its own scripts."""

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CONFLICTSTATS_SHARED", ROOT.parent / "shared"))


def shared_path(name: str) -> Path:
    """Return a path in the shared folder; skip the test, saying so, if absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout (restricted data)")
    return path


def acted(dataset):
    """Return the quarantine without its notes, which change nothing."""
    return dataset.quarantine[dataset.quarantine["action"] != "noted"].reset_index(
        drop=True
    )


def script(name: str) -> ModuleType:
    """Load a script of the project, by its path, whose functions tests use too."""
    spec = importlib.util.spec_from_file_location(Path(name).stem, ROOT / name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

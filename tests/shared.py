"""Files of the shared folder, which tests may read but the project never holds."""

import os
from pathlib import Path

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

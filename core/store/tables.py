"""All tables of this installation: every module that declares one is imported here, found by its package."""

import importlib
import pkgutil

from sqlalchemy import MetaData

from core.store.rows import Row

PACKAGES = ("core.gym", "core.coaching", "core.agent", "core.jobs")
MODULES = ("core.store.changes", "core.people")


def metadata() -> MetaData:
    """The metadata of all tables, complete."""
    for name in MODULES:
        importlib.import_module(name)
    for name in PACKAGES:
        package = importlib.import_module(name)
        for found in pkgutil.iter_modules(package.__path__, f"{name}."):
            importlib.import_module(found.name)
    return Row.metadata

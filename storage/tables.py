"""All tables. Only the composition root and Alembic need them all at once."""

from importlib import import_module
from pkgutil import iter_modules

from sqlmodel import SQLModel

import storage

for module in iter_modules(storage.__path__):
    if not module.ispkg:
        import_module(f"storage.{module.name}")

metadata = SQLModel.metadata

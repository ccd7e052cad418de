"""What declares itself is found."""

from importlib import import_module
from pkgutil import iter_modules

import handlers
from handlers import FEATURES, ORDER


def test_every_file_that_declares_a_feature_has_its_place_in_the_order() -> None:
    """Architecture §2: a file whose name is forgotten would answer nothing."""
    modules = {each.name: import_module(f"handlers.{each.name}") for each in iter_modules(handlers.__path__)}
    declaring = {name for name, module in modules.items() if hasattr(module, "FEATURE")}
    assert not declaring - set(ORDER), f"not in ORDER of handlers/__init__.py: {sorted(declaring - set(ORDER))}"
    assert len(FEATURES) == len(set(ORDER)) == len(ORDER)

"""Queries whose statements are built once, with parameters in the place of their arguments (architecture §6)."""

import pkgutil
from collections.abc import Callable
from importlib import import_module
from inspect import signature
from typing import Any, get_args

import pytest
from sqlalchemy import bindparam, make_url
from sqlmodel.sql.expression import Select, SelectOfScalar

import storage


def list_builders() -> dict[str, Callable[..., Any]]:
    """What builds the statement of each query in `storage/`, by its name."""
    found = {}
    for module in pkgutil.iter_modules(storage.__path__):
        for name, value in vars(import_module(f"storage.{module.name}")).items():
            build = getattr(value, "__wrapped__", None)
            if build is not None and signature(build).return_annotation in (Select, SelectOfScalar):
                found[f"{module.name}.{name}"] = build
    return found


BUILDERS = list_builders()


def test_no_argument_may_be_none() -> None:
    """Where a statement that is built for its call asks `IS NULL`, a parameter asks `= NULL`, and finds nothing."""
    assert len(BUILDERS) > 150
    types = [
        (name, each.annotation) for name, build in BUILDERS.items() for each in signature(build).parameters.values()
    ]
    assert [name for name, kind in types if type(None) in get_args(kind)] == []


@pytest.mark.parametrize("url", ["sqlite://", "postgresql+psycopg://"])
def test_each_statement_has_its_arguments_as_parameters(url: str) -> None:
    """One that does more with an argument than compare a column to it fails here, or loses the parameter."""
    dialect = make_url(url).get_dialect()()
    for name, build in BUILDERS.items():
        arguments = list(signature(build).parameters)
        statement = build(**{each: bindparam(each) for each in arguments})
        assert set(arguments) <= statement.compile(dialect=dialect).binds.keys(), name

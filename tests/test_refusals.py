"""Product §15: each refusal has its sentence in every catalogue, and the facts that the sentence tells."""

import ast
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest

from bot.charter.rules import StaleCharter
from bot.runtime.errors import NotAllowed, Refusal
from bot.ui.languages import list_languages
from tests.test_texts import ROOT, entries, forms, listing, placeholders

TOLD = {  # the placeholders of each sentence
    language: {key: placeholders("".join(forms(message))) for key, message in entries(language).items()}
    for language in list_languages()
}


def list_sources() -> Iterator[tuple[str, ast.Module]]:
    for package in ("bot", "handlers"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


@cache
def find_refusal_classes() -> dict[str, bool]:
    """Name → whether its constructor takes the key."""
    classes = [node for _, tree in list_sources() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found = {"Refusal": True, "NotAllowed": True}
    while True:
        above = {
            node.name: found[base] and not any(isinstance(each, ast.FunctionDef) for each in node.body)
            for node in classes
            for base in (ast.unparse(each) for each in node.bases)
            if base in found and node.name not in found
        }
        if not above:
            return found
        found |= above


class Named(NamedTuple):
    """What the constructor of a class takes besides facts, and what facts it adds."""

    no_facts: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()


NO_MORE, NAMED = Named(), Named(frozenset({"may", "project_id"}), frozenset({"people"}))


def list_faults(tree: ast.AST) -> Iterator[str]:
    """What is wrong with the refusals that are made in `tree`."""
    classes = find_refusal_classes()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if classes.get(name):
                yield from _list_faults_of_call(node, NAMED if name == "NotAllowed" else NO_MORE)
            case ast.Raise(exc=ast.Name(id=name)) if classes.get(name):
                yield f"{name} without a key"
            case ast.ClassDef(name=name) if name in classes and name not in (
                "Refusal",
                "NotAllowed",
            ):
                for call in ast.walk(node):
                    if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
                        yield from _list_faults_of_call(call)


def _list_faults_of_call(call: ast.Call, more: Named = NO_MORE) -> Iterator[str]:
    match call.args:
        case [ast.Constant(value=str() as key)]:
            keys = [key]
        case [ast.IfExp(body=ast.Constant(value=str() as key), orelse=ast.Constant(value=str() as other))]:
            keys = [key, other]
        case _:
            yield f"{ast.unparse(call)}: its key is no literal"
            return
    given = {each.arg for each in call.keywords} - {"field"} - more.no_facts | more.facts
    for key in keys:
        for language, told in TOLD.items():
            if key not in told:
                yield f"{ast.unparse(call)}: {key} is not in {language}.po"
            elif told[key] != given:
                yield f"{ast.unparse(call)}: {language}.po tells {sorted(told[key])}"


def test_every_refusal_has_its_sentence_and_the_facts_of_it() -> None:
    assert len(find_refusal_classes()) > 10
    faults = {f"{path}: {fault}" for path, tree in list_sources() for fault in list_faults(tree)}
    assert not faults, listing(faults)


@pytest.mark.parametrize(
    "source",
    [
        "raise Refusal",
        "raise NotAllowed",
        'NotAllowed("error.not_found", may=[])',
        "Refusal(key)",
        'Refusal("error.none_such")',
        'Refusal("error.field.too_long", field=TITLE)',
        'Refusal("error.not_found", limit=3)',
        'Refusal("error.field.too_long", limit=3, most=4)',
        'Refusal("error.field.too_long", **facts)',
        'Refusal("error.not_found" if past else "error.none_such")',
        'class NotFound(Refusal):\n    def __init__(self):\n        super().__init__("error.none_such")',
    ],
)
def test_a_refusal_without_them_is_found(source: str) -> None:
    assert list(list_faults(ast.parse(source)))


@pytest.mark.parametrize(
    "refusal",
    [
        Refusal("error.field.too_long", limit=3),
        NotAllowed("error.only.editors", may=["U1"]),
        StaleCharter(1, seen=2),
    ],
)
def test_a_refusal_at_another_field_is_another_one(refusal: Refusal) -> None:
    moved = refusal.at("title")
    assert (type(moved), moved.key, moved.facts) == (type(refusal), refusal.key, refusal.facts)
    assert (moved.field, refusal.field) == ("title", None)
    if isinstance(moved, NotAllowed):
        assert moved.may == ("U1",)
    if isinstance(moved, StaleCharter):
        assert (moved.project_id, moved.seen) == (1, 2)

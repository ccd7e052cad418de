"""Several assets added at once, from pasted lines (product §5.6)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.parsing.folding import fold_text
from bot.parsing.names import find_names_meant
from bot.people.rules import Actor
from bot.projects.policy import find_side_of_actor
from bot.projects.rules import Side
from bot.projects.service import ProjectContext, load_context
from bot.projects.sides import find_known_side
from bot.register.policy import lock_for_own_side
from bot.register.rules import LINES, SIDE_OF, AssetKind, AssetLine, WantedAsset, WrongLines, read_asset_lines
from bot.register.service import add_next_asset, require_open_project
from bot.runtime.domain_events import BoundaryChanged, publish_event
from bot.runtime.errors import FormErrors, Refusal
from storage import people
from storage.people import Person
from storage.postponed import savepoint
from storage.register import Asset


def add_assets_from_lines(
    session: Session, *, actor: Actor, project_id: int, text: str | None, picked: Sequence[str], now: datetime
) -> list[Asset]:
    """Adds all of them, or none. Without a kind it is that of the actor's side.

    Without a name it is whose they `picked`, if it is one person, and their own if it is nobody.

    Raises: NotFound, NotForYou, NotInThisState; FormErrors with what is wrong with each line; Refusal.
    """
    found = load_context(session, actor=actor, project_id=project_id)
    require_open_project(found)
    lines, unread = read_asset_lines(text or "")
    wanted, wrong = _read_wanted_assets(session, found, lines, picked)
    wrong += unread
    lock_for_own_side(session, actor=actor, named=[each.owner for _, each in wanted], project_id=project_id)
    added: list[Asset] = []
    with savepoint(session):
        for number, each in wanted:
            try:
                added.append(add_next_asset(session, actor=actor, project_id=project_id, wanted=each, now=now))
            except Refusal as error:
                wrong.append((number, error))
        if wrong:
            raise FormErrors([error.at(LINES).on_line(number) for number, error in wrong])
        publish_event(session, BoundaryChanged(actor.team_id, now, project_id))
    return added


def _read_wanted_assets(
    session: Session, found: ProjectContext, lines: Sequence[AssetLine], picked: Sequence[str]
) -> tuple[list[tuple[int, WantedAsset]], WrongLines]:
    """Reads what each line adds, and what is wrong with the others. `picked`: as of `add_assets_from_lines`."""
    may_name = any(each.who or "," in each.name for each in lines)
    colleagues = people.list_colleagues(session, found.project.team_id) if may_name else ()
    own_side = find_known_side(session, found.project.team_id, found.actor.user_id)
    wanted: list[tuple[int, WantedAsset]] = []
    wrong: WrongLines = []
    numbers: dict[tuple[AssetKind, str], int] = {}  # of the lines, by what they add
    for line in (_part_owner_from_name(each, colleagues) for each in lines):
        try:
            kind = _find_kind(found, line)
            first = numbers.setdefault((kind, fold_text(line.name)), line.number)
            if first != line.number:
                raise Refusal("error.asset.line_twice", name=line.name, first=first)
            if line.who is not None:
                owner = _find_owner(line.who, colleagues)
            elif picked:
                owner = _find_only_owner(picked)
            else:
                owner = _require_own_kind(found.actor, kind, own_side)
            wanted.append((line.number, WantedAsset(kind=kind, name=line.name, owner=owner)))
        except Refusal as error:
            wrong.append((line.number, error))
    return wanted, wrong


def _require_own_kind(actor: Actor, kind: AssetKind, own_side: Side | None) -> str:
    """Whoever adds what nobody is named for owns it. Raises: Refusal, where it is what the other side keeps."""
    if own_side is SIDE_OF[kind].other:
        is_data = kind is AssetKind.DATA
        raise Refusal("error.asset.line_unowned.data" if is_data else "error.asset.line_unowned.customers")
    return actor.user_id


def _part_owner_from_name(line: AssetLine, colleagues: Sequence[Person]) -> AssetLine:
    """`Weather data, Piotr Kabelek`: what follows the last comma is whose it is, if it names one in full."""
    name, _, last = line.name.rpartition(",")
    is_name = last.strip().startswith("@") or len(last.split()) > 1
    if line.who is None and name.strip() and is_name and len(_find_people_called(last, colleagues)) == 1:
        return replace(line, name=name.strip(), who=last.strip())
    return line


def find_kind_of_actor(found: ProjectContext) -> AssetKind | None:
    """Finds what the actor's side keeps; None for whoever is on neither."""
    side = find_side_of_actor(found)
    return next((kind for kind, of in SIDE_OF.items() if of == side), None)


def _find_kind(found: ProjectContext, line: AssetLine) -> AssetKind:
    kind = line.kind or find_kind_of_actor(found)
    if kind is None:
        raise Refusal("error.asset.line_kindless")
    return kind


def _find_only_owner(owners: Sequence[str]) -> str:
    """Of a line that names nobody. Raises: Refusal, where it could be one of several."""
    if len(owners) > 1:
        raise Refusal("error.asset.line_ownerless")
    return owners[0]


def _find_owner(typed: str, colleagues: Sequence[Person]) -> str:
    """By their name, if nobody else is meant by it. Raises: Refusal."""
    chosen = _find_people_called(typed, colleagues)
    if not chosen:
        raise Refusal("error.asset.line_owner", who=typed)
    if len(chosen) > 1:
        raise Refusal("error.asset.line_owners", who=typed)
    return chosen[0]


def _find_people_called(typed: str, colleagues: Sequence[Person]) -> list[str]:
    return find_names_meant(typed, {row.user_id: [row.name, row.full_name] for row in colleagues})

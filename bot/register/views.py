"""The register in messages, lists and forms. Pure: facts → Block Kit."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot import kit
from bot.charter.views import bold_heading
from bot.kit import Block, Item, Message
from bot.projects.joining import projects_in
from bot.projects.rules import Side, other_side
from bot.projects.views import side_button, side_line
from bot.register.rules import MAX_DESCRIPTION, MAX_NAME, SIDE_OF, Kind, stamp
from bot.signing.views import Facts, one, quoted, reason_form
from bot.texts import Mrkdwn, Texts, escape, person

MOST_SHOWN = 10
PAGE = 10


@dataclass(frozen=True)
class Seen:
    """An asset as people see it."""

    asset_id: int
    kind: str
    name: str
    owner: str | None
    stand_in: str | None
    description: str
    across_until: date | None
    offered_to: str | None

    @property
    def stamp(self) -> int:
        """Which state of it a form was filled with."""
        return stamp(self.name, self.owner, self.stand_in, self.description)


@dataclass(frozen=True)
class Steps:
    """What the reader may do with an asset besides changing it; projects as (id, key)."""

    take_back: bool = False
    unlink: Sequence[tuple[int, str]] = ()
    remove: bool = False


def line(t: Texts, asset: Seen) -> Mrkdwn:
    """Who owns what, in one line."""
    owner = t("boundary.no_owner") if asset.owner is None else person(asset.owner)
    text = t("register.line", name=asset.name, kind=t(f"kind.{asset.kind}"), owner=owner)
    if asset.stand_in is not None:
        text = text + t("register.stand_in", who=person(asset.stand_in))
    if asset.across_until is not None:
        text = text + t("register.across_until", until=asset.across_until)
    if asset.offered_to is not None:
        text = text + t("register.asked", who=person(asset.offered_to))
    return text


def found(
    t: Texts, assets: Sequence[tuple[Seen, bool]], *, words: str, matching: bool, below: Sequence[Block] = ()
) -> Message:
    """The answer to `/duet who`: (asset, whether the reader may change it)."""
    if not assets:
        text = t("register.nothing", words=words)
        return kit.fit(text, [kit.section(text), *below])
    blocks = [_changeable(t, line(t, asset), asset, may_change) for asset, may_change in assets[:MOST_SHOWN]]
    if len(assets) > MOST_SHOWN:
        blocks.append(kit.section(t("boundary.more", count=len(assets) - MOST_SHOWN)))
    first = line(t, assets[0][0])
    if not matching:
        first = t("register.nearest", words=words)
        blocks.insert(0, kit.section(first))
    return kit.fit(first, [*blocks, *below])


def works_in(
    t: Texts, who: str, *, known: Side | None, proposed: tuple[Side, str] | None, say: str | None
) -> list[Block]:
    """Of somebody who is looked up: on which side they work, and how that is put right by whose word counts."""
    blocks = [kit.section(side_line(t, who, known=known, proposed=proposed))]
    if say is not None:
        blocks.append(kit.actions(*(side_button(t, say, who, each) for each in Side if each != known)))
    return blocks


def listing(
    t: Texts,
    *,
    key: str,
    name: str,
    project_id: int,
    assets: Sequence[tuple[Seen, bool, bool]],
    number: int,
    may_add: bool,
    owns: int,
) -> Message:
    """What a project touches, a page at a time: (asset, whether the reader may change it, or else unlink it).

    `owns`: how many assets are the reader's own, in whichever projects.
    """
    title = t("register.title", project=bold_heading(key, name))
    by_kind = [each for kind in Kind for each in assets if each[0].kind == kind]
    page = kit.page(by_kind, number, size=PAGE)
    blocks: list[Block] = [kit.section(title)]
    for kind in Kind:
        of_kind = [each for each in page.items if each[0].kind == kind]
        if of_kind or not any(each[0].kind == kind for each in assets):
            blocks.append(kit.section(Mrkdwn(f"*{t(f'boundary.{kind}')}*")))
            blocks += [_listed(t, asset, project_id, *may) for asset, *may in of_kind]
        if not of_kind:
            blocks += [] if any(each[0].kind == kind for each in assets) else [kit.context(t("charter.none_yet"))]
    buttons = _turning(t, "register.page", f"{project_id}:", page)
    if may_add:
        buttons.append(kit.button(t.plain("register.add"), "register.add", str(project_id), style="primary"))
    if owns:
        buttons.append(kit.button(t.plain("register.mine"), "register.mine", "1"))
    return kit.fit(title, [*blocks, *([kit.actions(*buttons)] if buttons else [])])


def mine(t: Texts, assets: Sequence[Seen], *, number: int) -> Message:
    """What the reader owns, in whichever projects."""
    if not assets:
        return one(t("register.mine_none"))
    title, page = t("register.mine_title", n=len(assets)), kit.page(assets, number, size=PAGE)
    blocks = [kit.section(title), *(_changeable(t, _told(t, asset), asset, True) for asset in page.items)]
    buttons = _turning(t, "register.mine", "", page)
    return kit.fit(title, [*blocks, *([kit.actions(*buttons)] if buttons else [])])


def _turning(t: Texts, action: str, value: str, page: kit.Page[Any]) -> list[kit.Element]:
    to = [("page.previous", page.number - 1)] if page.number > 1 else []
    to += [("page.next", page.number + 1)] if page.number < page.count else []
    return [kit.button(t.plain(label), f"{action}:{at}", f"{value}{at}") for label, at in to]


def _listed(t: Texts, asset: Seen, project_id: int, may_change: bool, may_unlink: bool) -> Block:
    if may_change or not may_unlink:
        return _changeable(t, _told(t, asset), asset, may_change)
    value = f"{project_id}:{asset.asset_id}"
    button = kit.button(t.plain("register.unlink"), f"register.unlink:{value}", value)
    return kit.section(_told(t, asset), accessory=button)


def _told(t: Texts, asset: Seen) -> Mrkdwn:
    lines = [line(t, asset), *([escape(asset.description)] if asset.description else [])]
    return Mrkdwn("\n").join(lines)


def _changeable(t: Texts, text: Mrkdwn, asset: Seen, may_change: bool) -> Block:
    return kit.section(text, accessory=_change(t, asset.asset_id) if may_change else None)


def _change(t: Texts, asset_id: int, label: str = "register.change") -> kit.Element:
    return kit.button(t.plain(label), f"register.change:{asset_id}", str(asset_id))


def _take_back(t: Texts, asset_id: int) -> kit.Element:
    return kit.button(t.plain("register.take_back"), f"register.take_back:{asset_id}", str(asset_id))


def offer_buttons(
    t: Texts, asset_id: int, kind: str, *, asks_side: bool, who: str | None
) -> tuple[kit.Element, ...]:
    """`asks_side`: whoever is asked says by it on which side they work, or that it is the other one."""
    value, side = str(asset_id), SIDE_OF[Kind(kind)]
    label = f"side.yes.{side}" if asks_side else "register.accept"
    buttons = [
        kit.button(t.plain(label), f"register.accept:{value}", value, style="primary"),
        kit.button(t.plain("register.decline"), f"register.decline:{value}", value),
    ]
    if asks_side and who is not None:
        other = other_side(side)
        no = kit.button(t.plain(f"side.no.{other}"), f"person.side:{value}:{other}", f"{who}:{other}")
        buttons.insert(1, no)
    return tuple(buttons)


def there_already(t: Texts, asset: Seen, *, project_id: int, is_linked: bool) -> Message:
    """A friendly refusal: the asset is in the register, and can be linked."""
    text = t("register.there", asset=line(t, asset))
    if is_linked:
        return one(text)
    value = f"{project_id}:{asset.asset_id}"
    button = kit.button(t.plain("register.link"), "register.link", value, style="primary")
    return kit.fit(text, [kit.section(text), kit.actions(button)])


def stands(t: Texts, asset: Seen, *, may_take_back: bool, kept: str | None) -> Message:
    """Nothing is otherwise: how it stands, and the ways on. `kept`: as of `wrong_side`, to prolong a decision."""
    text = t("register.stands", asset=line(t, asset))
    buttons = [_take_back(t, asset.asset_id)] if may_take_back and asset.offered_to is not None else []
    if kept is not None:
        buttons.append(kit.button(t.plain("register.ask_longer"), "register.cross", kept))
    return kit.fit(text, [kit.section(text), *([kit.actions(*buttons)] if buttons else [])])


def linked(t: Texts, asset: Seen, *, key: str) -> Mrkdwn:
    return t("register.linked", name=asset.name, key=key)


def wrong_side(t: Texts, *, kind: Kind, who: str, kept: str | None, say: str | None) -> Message:
    """Why not, and the ways that there are.

    `kept`: where what was wanted is kept; None: others have to ask. `say`: what the reader's word on the side is
    worth, if anything: a wrong one is corrected where it is met (product §5.1).
    """
    text = t(f"register.wrong_side.{kind}", who=person(who))
    buttons = [] if kept is None else [kit.button(t.plain("register.ask_both"), "register.cross", kept)]
    if say is not None:
        buttons.append(side_button(t, say, who, SIDE_OF[kind]))
    return kit.fit(text, [kit.section(text), *([kit.actions(*buttons)] if buttons else [])])


def done(t: Texts, asset: Seen) -> Mrkdwn:
    return t("register.done", asset=line(t, asset))


def is_offered_now(t: Texts, asset: Seen, *, to: str) -> Message:
    text = t("register.offered_done", name=asset.name, who=person(to))
    return kit.fit(text, [kit.section(text), kit.actions(_take_back(t, asset.asset_id))])


def taken_back(t: Texts, asset: Seen) -> Mrkdwn:
    return t("register.taken_back", asset=line(t, asset))


def unlinked(t: Texts, asset: Seen, *, key: str) -> Mrkdwn:
    return t("register.unlinked", asset=line(t, asset), key=key)


def removed(t: Texts, name: str) -> Mrkdwn:
    return t("register.removed", name=name)


# --- direct messages ------------------------------------------------------------------------------------------


def offer_line(t: Texts, asset: Seen, *, by: str, asks_side: bool) -> Mrkdwn:
    text = t("register.offered", name=asset.name, kind=t(f"kind.{asset.kind}"), by=person(by))
    return text + " " + t(f"register.asks_side.{asset.kind}") if asks_side else text


def declined(t: Texts, asset: Seen, *, by: str) -> Message:
    return one(t("register.declined", name=asset.name, by=person(by)))


def handed_over(t: Texts, asset: Seen, *, before: str | None) -> Message:
    assert asset.owner is not None
    return one(_handed_over(t, asset.name, asset.owner, before=before, until=asset.across_until))


def _handed_over(t: Texts, name: str, owner: str, *, before: str | None, until: date | None) -> Mrkdwn:
    facts = {"name": name, "owner": person(owner)}
    if until is not None:
        return t("register.crossed", until=until, **facts)
    if before is None:
        return t("register.has_owner", **facts)
    return t("register.handed_over", before=person(before), **facts)


# --- notices --------------------------------------------------------------------------------------------------


def told_line(t: Texts, facts: Mapping[str, Any]) -> Item:
    """To a person, with what they may do about it."""
    what, asset_id = facts["what"], facts["asset"]
    if facts.get("ended") is not None:
        return Item(t(f"register.{facts['ended']}", name=facts["name"]))
    named = {name: person(facts[name]) for name in ("owner", "left", "to", "by", "before") if facts.get(name)}
    if what == "handed_over":
        until = None if facts["until"] is None else date.fromisoformat(facts["until"])
        return Item(_handed_over(t, facts["name"], facts["owner"], before=facts["before"], until=until))
    if what == "links":
        told = [
            t(f"register.told.{change}", name=facts["name"], n=facts[change], **named)
            for change in ("linked", "unlinked")
            if facts[change]
        ]
        return Item(Mrkdwn("\n").join(told))
    is_first = what in ("given", "is_offered", "declined") or (what == "offered" and not facts.get("is_again"))
    key = f"register.{what}" if is_first else f"register.told.{what}"
    if what == "needs_owner" and "left" not in named:
        key += ".still"
    elif what == "needs_owner" and facts.get("why") is not None:
        key += f".{facts['why']}"
    if what == "returned" and "owner" not in named:
        key += ".to_nobody"
    text = t(key, name=facts["name"], kind=t(f"kind.{facts['kind']}"), **named)
    match what:
        case "needs_owner":
            return Item(text, button=_change(t, asset_id, "register.name_owner"))
        case "offered":
            asks_side = bool(facts.get("asks_side"))
            if asks_side:
                text = text + " " + t(f"register.asks_side.{facts['kind']}")
            buttons = offer_buttons(t, asset_id, facts["kind"], asks_side=asks_side, who=facts.get("to"))
            return Item(text, buttons=buttons)
        case "is_offered":
            return Item(text, _take_back(t, asset_id))
        case "given" if facts.get("may_object"):
            other = other_side(SIDE_OF[Kind(facts["kind"])])
            return Item(text, buttons=(_change(t, asset_id), side_button(t, "own", facts["to"], other)))
        case "given":
            return Item(text, _change(t, asset_id))
        case (
            "reader_left"
            | "reader_guest"
            | "lapsed"
            | "stand_in_left"
            | "stand_in_guest"
            | "stand_in_other_side"
            | "other_side"
        ):
            return Item(text, button=_change(t, asset_id))
        case _:
            return Item(text)


def still_owns_line(t: Texts, facts: Mapping[str, Any]) -> Mrkdwn:
    keys = t.list([key for key, _ in projects_in(facts)])
    return t("notice.still_owns", key=keys, who=person(facts["who"]), names=t.list(facts["names"]))


def changed_line(t: Texts, facts: Mapping[str, Any]) -> Mrkdwn:
    """To the team: a line for each change."""
    owner = t("boundary.no_owner") if facts["owner"] is None else person(facts["owner"])
    line = t("notice.register", name=facts["name"], kind=t(f"kind.{facts['kind']}"), owner=owner)
    was, lines = facts["was"], []
    for what in facts["changes"]:
        if what == "owner" and was["owner"] is None:
            what = "has_owner"
        more: dict[str, Any] = {}
        if what == "renamed":
            more["before"] = was["name"]
        elif what == "owner":
            more["before"] = person(was["owner"])
        elif what == "crossed":
            more["until"] = date.fromisoformat(facts["until"])
        lines.append(t(f"notice.register.{what}", line=line, **more))
    return Mrkdwn("\n").join(lines)


def incomplete_line(t: Texts, facts: Mapping[str, Any]) -> Mrkdwn:
    return t("notice.incomplete" if len(facts["missing"]) == 2 else f"notice.incomplete.{facts['missing'][0]}")


# --- the decision ---------------------------------------------------------------------------------------------


def decision_what(t: Texts, facts: Facts) -> Mrkdwn:
    return t("register.decision", key=facts["key"], name=facts["asset"], owner=person(facts["owner"]))


def decision_blocks(t: Texts, facts: Facts) -> list[Block]:
    """Everything that is signed: what crosses, to whom, why, and until when."""
    return [
        *kit.fields(
            [
                (t(f"boundary.{facts['kind']}"), escape(facts["asset"])),
                (t("field.owner"), person(facts["owner"])),
                (t("field.decision_until"), t.date(date.fromisoformat(facts["until"]))),
            ]
        ),
        kit.section(quoted(facts["reason"])),
    ]


def decision_effect(t: Texts, facts: Facts) -> Mrkdwn:
    return t("register.decision_effect", until=date.fromisoformat(facts["until"]))


def decision_agreed(t: Texts, facts: Facts) -> Mrkdwn:
    until = date.fromisoformat(facts["until"])
    return t("register.decision_agreed", name=facts["asset"], owner=person(facts["owner"]), until=until)


def crossing_form(
    t: Texts, *, key: str, name: str, meta: Mapping[str, int], kind: Kind, asset: str, owner: str, until: date
) -> dict[str, Any]:
    return reason_form(
        t,
        title=t.plain("register.ask_both"),
        callback="register.cross",
        meta=json.dumps(meta),
        about=t(f"register.cross_about.{kind}", project=bold_heading(key, name), name=asset, owner=person(owner)),
        submit=t.plain("register.ask_both_submit"),
        blocks=[kit.date_input("until", t.plain("field.decision_until"), value=until)],
    )


# --- forms ----------------------------------------------------------------------------------------------------


def add_form(t: Texts, *, project_id: int, key: str, values: Mapping[str, str | None]) -> dict[str, Any]:
    kinds = [(kind.value, t.plain(f"kind.{kind}.choice")) for kind in Kind]
    return kit.modal(
        title=t.plain("register.add_title", key=key),
        callback="register.add",
        submit=t.plain("form.save"),
        close=t.plain("form.cancel"),
        meta=json.dumps({"project": project_id}),
        blocks=[
            kit.radio_input("kind", t.plain("field.kind"), kinds, value=values.get("kind")),
            kit.text_input(
                "name",
                t.plain("field.asset_name"),
                value=values.get("name"),
                max_length=MAX_NAME,
                hint=t.plain("hint.asset_name"),
            ),
            kit.person_input("owner", t.plain("field.owner"), value=values.get("owner")),
            *_details(t, values),
        ],
    )


def change_form(t: Texts, asset: Seen, steps: Steps, *, owner: str | None = None) -> dict[str, Any]:
    """`owner`: the new one that was typed, if any."""
    buttons = _steps(t, asset, steps)
    return kit.modal(
        title=t.plain("register.change"),
        callback="register.change",
        submit=t.plain("form.save"),
        close=t.plain("form.cancel"),
        meta=json.dumps({"asset": asset.asset_id, "seen": asset.stamp}),
        blocks=[
            kit.section(line(t, asset)),
            *([kit.actions(*buttons)] if buttons else []),
            kit.text_input("name", t.plain("field.asset_name"), value=asset.name, max_length=MAX_NAME),
            kit.person_input(
                "owner", t.plain("field.owner"), value=owner or asset.owner, hint=t.plain("hint.new_owner")
            ),
            *_details(t, {"stand_in": asset.stand_in, "description": asset.description}),
        ],
    )


def _steps(t: Texts, asset: Seen, steps: Steps) -> list[kit.Element]:
    buttons = [_take_back(t, asset.asset_id)] if steps.take_back else []
    for project_id, key in steps.unlink:
        value = f"{project_id}:{asset.asset_id}"
        buttons.append(kit.button(t.plain("register.unlink_from", key=key), f"register.unlink:{value}", value))
    if steps.remove:
        value = str(asset.asset_id)
        buttons.append(kit.button(t.plain("register.remove"), "register.remove", value, style="danger"))
    return buttons


def _details(t: Texts, values: Mapping[str, str | None]) -> list[Block]:
    return [
        kit.person_input("stand_in", t.plain("field.stand_in"), value=values.get("stand_in"), optional=True),
        kit.text_input(
            "description",
            t.plain("field.description"),
            value=values.get("description") or None,
            multiline=True,
            max_length=MAX_DESCRIPTION,
            optional=True,
        ),
    ]

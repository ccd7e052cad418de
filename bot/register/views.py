"""The register in messages, lists and forms. Pure: facts → Block Kit."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.charter.views import bold_heading
from bot.projects.joining import projects_in
from bot.projects.rules import Side, other_side
from bot.projects.views import side_button, side_line
from bot.register.rules import MAX_DESCRIPTION, MAX_NAME, SIDE_OF, AssetKind, asset_stamp
from bot.signing.views import Facts, quote_text, reason_form, render_section_message
from bot.ui import blocks as ui
from bot.ui.blocks import Block, Message, MessageItem
from bot.ui.texts import Mrkdwn, Texts, escape_text, person_mention

MOST_SHOWN = 10
PAGE = 10


@dataclass(frozen=True)
class AssetView:
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
        return asset_stamp(self.name, self.owner, self.stand_in, self.description)


@dataclass(frozen=True)
class AssetActions:
    """What the reader may do with an asset besides changing it; projects as (id, key)."""

    take_back: bool = False
    unlink: Sequence[tuple[int, str]] = ()
    remove: bool = False


def asset_line(t: Texts, asset: AssetView) -> Mrkdwn:
    """Who owns what, in one line."""
    owner = t("boundary.no_owner") if asset.owner is None else person_mention(asset.owner)
    text = t("register.line", name=asset.name, kind=t(f"kind.{asset.kind}"), owner=owner)
    if asset.stand_in is not None:
        text = text + t("register.stand_in", who=person_mention(asset.stand_in))
    if asset.across_until is not None:
        text = text + t("register.across_until", until=asset.across_until)
    if asset.offered_to is not None:
        text = text + t("register.asked", who=person_mention(asset.offered_to))
    return text


def render_search_result(
    t: Texts, assets: Sequence[tuple[AssetView, bool]], *, words: str, matching: bool, below: Sequence[Block] = ()
) -> Message:
    """The answer to `/duet who`: (asset, whether the reader may change it)."""
    if not assets:
        text = t("register.nothing", words=words)
        return ui.fit_message(text, [ui.section_block(text), *below])
    blocks = [
        _render_with_change_button(t, asset_line(t, asset), asset, may_change)
        for asset, may_change in assets[:MOST_SHOWN]
    ]
    if len(assets) > MOST_SHOWN:
        blocks.append(ui.section_block(t("boundary.more", count=len(assets) - MOST_SHOWN)))
    first = asset_line(t, assets[0][0])
    if not matching:
        first = t("register.nearest", words=words)
        blocks.insert(0, ui.section_block(first))
    return ui.fit_message(first, [*blocks, *below])


def render_person_side(
    t: Texts, who: str, *, known: Side | None, proposed: tuple[Side, str] | None, say: str | None
) -> list[Block]:
    """Of somebody who is looked up: on which side they work, and how that is put right by whose word counts."""
    blocks = [ui.section_block(side_line(t, who, known=known, proposed=proposed))]
    if say is not None:
        blocks.append(ui.actions_block(*(side_button(t, say, who, each) for each in Side if each != known)))
    return blocks


def render_project_register(
    t: Texts,
    *,
    key: str,
    name: str,
    project_id: int,
    assets: Sequence[tuple[AssetView, bool, bool]],
    number: int,
    may_add: bool,
    owns: int,
) -> Message:
    """What a project touches, a page at a time: (asset, whether the reader may change it, or else unlink it).

    `owns`: how many assets are the reader's own, in whichever projects.
    """
    title = t("register.title", project=bold_heading(key, name))
    by_kind = [each for kind in AssetKind for each in assets if each[0].kind == kind]
    page = ui.take_page(by_kind, number, size=PAGE)
    blocks: list[Block] = [ui.section_block(title)]
    for kind in AssetKind:
        of_kind = [each for each in page.items if each[0].kind == kind]
        if of_kind or not any(each[0].kind == kind for each in assets):
            blocks.append(ui.section_block(Mrkdwn(f"*{t(f'boundary.{kind}')}*")))
            blocks += [_render_listed_asset(t, asset, project_id, *may) for asset, *may in of_kind]
        if not of_kind:
            blocks += (
                [] if any(each[0].kind == kind for each in assets) else [ui.context_block(t("charter.none_yet"))]
            )
    buttons = _pager_buttons(t, "register.page", f"{project_id}:", page)
    if may_add:
        buttons.append(ui.button_element(t.plain("register.add"), "register.add", str(project_id), style="primary"))
    if owns:
        buttons.append(ui.button_element(t.plain("register.mine"), "register.mine", "1"))
    return ui.fit_message(title, [*blocks, *([ui.actions_block(*buttons)] if buttons else [])])


def render_owned_assets(t: Texts, assets: Sequence[AssetView], *, number: int) -> Message:
    """What the reader owns, in whichever projects."""
    if not assets:
        return render_section_message(t("register.mine_none"))
    title, page = t("register.mine_title", n=len(assets)), ui.take_page(assets, number, size=PAGE)
    blocks = [
        ui.section_block(title),
        *(_render_with_change_button(t, _render_asset_text(t, asset), asset, True) for asset in page.items),
    ]
    buttons = _pager_buttons(t, "register.mine", "", page)
    return ui.fit_message(title, [*blocks, *([ui.actions_block(*buttons)] if buttons else [])])


def _pager_buttons(t: Texts, action: str, value: str, page: ui.ListPage[Any]) -> list[ui.Element]:
    to = [("page.previous", page.number - 1)] if page.number > 1 else []
    to += [("page.next", page.number + 1)] if page.number < page.count else []
    return [ui.button_element(t.plain(label), f"{action}:{at}", f"{value}{at}") for label, at in to]


def _render_listed_asset(t: Texts, asset: AssetView, project_id: int, may_change: bool, may_unlink: bool) -> Block:
    if may_change or not may_unlink:
        return _render_with_change_button(t, _render_asset_text(t, asset), asset, may_change)
    value = f"{project_id}:{asset.asset_id}"
    button = ui.button_element(t.plain("register.unlink"), f"register.unlink:{value}", value)
    return ui.section_block(_render_asset_text(t, asset), accessory=button)


def _render_asset_text(t: Texts, asset: AssetView) -> Mrkdwn:
    lines = [asset_line(t, asset), *([escape_text(asset.description)] if asset.description else [])]
    return Mrkdwn("\n").join(lines)


def _render_with_change_button(t: Texts, text: Mrkdwn, asset: AssetView, may_change: bool) -> Block:
    return ui.section_block(text, accessory=_change_button(t, asset.asset_id) if may_change else None)


def _change_button(t: Texts, asset_id: int, label: str = "register.change") -> ui.Element:
    return ui.button_element(t.plain(label), f"register.change:{asset_id}", str(asset_id))


def _take_back_button(t: Texts, asset_id: int) -> ui.Element:
    return ui.button_element(t.plain("register.take_back"), f"register.take_back:{asset_id}", str(asset_id))


def offer_buttons(
    t: Texts, asset_id: int, kind: str, *, asks_side: bool, who: str | None
) -> tuple[ui.Element, ...]:
    """`asks_side`: whoever is asked says by it on which side they work, or that it is the other one."""
    value, side = str(asset_id), SIDE_OF[AssetKind(kind)]
    label = f"side.yes.{side}" if asks_side else "register.accept"
    buttons = [
        ui.button_element(t.plain(label), f"register.accept:{value}", value, style="primary"),
        ui.button_element(t.plain("register.decline"), f"register.decline:{value}", value),
    ]
    if asks_side and who is not None:
        other = other_side(side)
        no = ui.button_element(t.plain(f"side.no.{other}"), f"person.side:{value}:{other}", f"{who}:{other}")
        buttons.insert(1, no)
    return tuple(buttons)


def render_already_in_register(t: Texts, asset: AssetView, *, project_id: int, is_linked: bool) -> Message:
    """A friendly refusal: the asset is in the register, and can be linked."""
    text = t("register.there", asset=asset_line(t, asset))
    if is_linked:
        return render_section_message(text)
    value = f"{project_id}:{asset.asset_id}"
    button = ui.button_element(t.plain("register.link"), "register.link", value, style="primary")
    return ui.fit_message(text, [ui.section_block(text), ui.actions_block(button)])


def render_unchanged_asset(t: Texts, asset: AssetView, *, may_take_back: bool, kept: str | None) -> Message:
    """Nothing is otherwise: how it stands, and the ways on. `kept`: as of `render_wrong_asset_side`, to prolong a
    decision.
    """
    text = t("register.stands", asset=asset_line(t, asset))
    buttons = [_take_back_button(t, asset.asset_id)] if may_take_back and asset.offered_to is not None else []
    if kept is not None:
        buttons.append(ui.button_element(t.plain("register.ask_longer"), "register.cross", kept))
    return ui.fit_message(text, [ui.section_block(text), *([ui.actions_block(*buttons)] if buttons else [])])


def asset_link_confirmation(t: Texts, asset: AssetView, *, key: str) -> Mrkdwn:
    return t("register.linked", name=asset.name, key=key)


def render_wrong_asset_side(t: Texts, *, kind: AssetKind, who: str, kept: str | None, say: str | None) -> Message:
    """Why not, and the ways that there are.

    `kept`: where what was wanted is kept; None: others have to ask. `say`: what the reader's word on the side is
    worth, if anything: a wrong one is corrected where it is met (product §5.1).
    """
    text = t(f"register.wrong_side.{kind}", who=person_mention(who))
    buttons = [] if kept is None else [ui.button_element(t.plain("register.ask_both"), "register.cross", kept)]
    if say is not None:
        buttons.append(side_button(t, say, who, SIDE_OF[kind]))
    return ui.fit_message(text, [ui.section_block(text), *([ui.actions_block(*buttons)] if buttons else [])])


def asset_change_confirmation(t: Texts, asset: AssetView) -> Mrkdwn:
    return t("register.done", asset=asset_line(t, asset))


def offer_confirmation(t: Texts, asset: AssetView, *, to: str) -> Message:
    text = t("register.offered_done", name=asset.name, who=person_mention(to))
    return ui.fit_message(text, [ui.section_block(text), ui.actions_block(_take_back_button(t, asset.asset_id))])


def take_back_confirmation(t: Texts, asset: AssetView) -> Mrkdwn:
    return t("register.taken_back", asset=asset_line(t, asset))


def asset_unlink_confirmation(t: Texts, asset: AssetView, *, key: str) -> Mrkdwn:
    return t("register.unlinked", asset=asset_line(t, asset), key=key)


def asset_removal_confirmation(t: Texts, name: str) -> Mrkdwn:
    return t("register.removed", name=name)


# --- direct messages ------------------------------------------------------------------------------------------


def offer_line(t: Texts, asset: AssetView, *, by: str, asks_side: bool) -> Mrkdwn:
    text = t("register.offered", name=asset.name, kind=t(f"kind.{asset.kind}"), by=person_mention(by))
    return text + " " + t(f"register.asks_side.{asset.kind}") if asks_side else text


def render_decline(t: Texts, asset: AssetView, *, by: str) -> Message:
    return render_section_message(t("register.declined", name=asset.name, by=person_mention(by)))


def render_handover(t: Texts, asset: AssetView, *, before: str | None) -> Message:
    assert asset.owner is not None
    return render_section_message(
        _render_handover_text(t, asset.name, asset.owner, before=before, until=asset.across_until)
    )


def _render_handover_text(t: Texts, name: str, owner: str, *, before: str | None, until: date | None) -> Mrkdwn:
    facts = {"name": name, "owner": person_mention(owner)}
    if until is not None:
        return t("register.crossed", until=until, **facts)
    if before is None:
        return t("register.has_owner", **facts)
    return t("register.handed_over", before=person_mention(before), **facts)


# --- notices --------------------------------------------------------------------------------------------------


def asset_notice_line(t: Texts, facts: Mapping[str, Any]) -> MessageItem:
    """To a person, with what they may do about it."""
    what, asset_id = facts["what"], facts["asset"]
    if facts.get("ended") is not None:
        return MessageItem(t(f"register.{facts['ended']}", name=facts["name"]))
    named = {
        name: person_mention(facts[name]) for name in ("owner", "left", "to", "by", "before") if facts.get(name)
    }
    if what == "handed_over":
        until = None if facts["until"] is None else date.fromisoformat(facts["until"])
        return MessageItem(
            _render_handover_text(t, facts["name"], facts["owner"], before=facts["before"], until=until)
        )
    if what == "links":
        told = [
            t(f"register.told.{change}", name=facts["name"], n=facts[change], **named)
            for change in ("linked", "unlinked")
            if facts[change]
        ]
        return MessageItem(Mrkdwn("\n").join(told))
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
            return MessageItem(text, button=_change_button(t, asset_id, "register.name_owner"))
        case "offered":
            asks_side = bool(facts.get("asks_side"))
            if asks_side:
                text = text + " " + t(f"register.asks_side.{facts['kind']}")
            buttons = offer_buttons(t, asset_id, facts["kind"], asks_side=asks_side, who=facts.get("to"))
            return MessageItem(text, buttons=buttons)
        case "is_offered":
            return MessageItem(text, _take_back_button(t, asset_id))
        case "given" if facts.get("may_object"):
            other = other_side(SIDE_OF[AssetKind(facts["kind"])])
            return MessageItem(
                text, buttons=(_change_button(t, asset_id), side_button(t, "own", facts["to"], other))
            )
        case "given":
            return MessageItem(text, _change_button(t, asset_id))
        case (
            "reader_left"
            | "reader_guest"
            | "lapsed"
            | "stand_in_left"
            | "stand_in_guest"
            | "stand_in_other_side"
            | "other_side"
        ):
            return MessageItem(text, button=_change_button(t, asset_id))
        case _:
            return MessageItem(text)


def leaver_assets_line(t: Texts, facts: Mapping[str, Any]) -> Mrkdwn:
    keys = t.list([key for key, _ in projects_in(facts)])
    return t("notice.still_owns", key=keys, who=person_mention(facts["who"]), names=t.list(facts["names"]))


def register_news_line(t: Texts, facts: Mapping[str, Any]) -> Mrkdwn:
    """To the team: a line for each change."""
    owner = t("boundary.no_owner") if facts["owner"] is None else person_mention(facts["owner"])
    line = t("notice.register", name=facts["name"], kind=t(f"kind.{facts['kind']}"), owner=owner)
    was, lines = facts["was"], []
    for what in facts["changes"]:
        if what == "owner" and was["owner"] is None:
            what = "has_owner"
        more: dict[str, Any] = {}
        if what == "renamed":
            more["before"] = was["name"]
        elif what == "owner":
            more["before"] = person_mention(was["owner"])
        elif what == "crossed":
            more["until"] = date.fromisoformat(facts["until"])
        lines.append(t(f"notice.register.{what}", line=line, **more))
    return Mrkdwn("\n").join(lines)


def missing_boundary_line(t: Texts, facts: Mapping[str, Any]) -> Mrkdwn:
    return t("notice.incomplete" if len(facts["missing"]) == 2 else f"notice.incomplete.{facts['missing'][0]}")


# --- the decision ---------------------------------------------------------------------------------------------


def render_decision_name(t: Texts, facts: Facts) -> Mrkdwn:
    return t("register.decision", key=facts["key"], name=facts["asset"], owner=person_mention(facts["owner"]))


def render_decision_blocks(t: Texts, facts: Facts) -> list[Block]:
    """Everything that is signed: what crosses, to whom, why, and until when."""
    return [
        *ui.field_blocks(
            [
                (t(f"boundary.{facts['kind']}"), escape_text(facts["asset"])),
                (t("field.owner"), person_mention(facts["owner"])),
                (t("field.decision_until"), t.date(date.fromisoformat(facts["until"]))),
            ]
        ),
        ui.section_block(quote_text(facts["reason"])),
    ]


def render_decision_effect(t: Texts, facts: Facts) -> Mrkdwn:
    return t("register.decision_effect", until=date.fromisoformat(facts["until"]))


def render_decision_outcome(t: Texts, facts: Facts) -> Mrkdwn:
    until = date.fromisoformat(facts["until"])
    return t("register.decision_agreed", name=facts["asset"], owner=person_mention(facts["owner"]), until=until)


def boundary_decision_form(
    t: Texts, *, key: str, name: str, meta: Mapping[str, int], kind: AssetKind, asset: str, owner: str, until: date
) -> dict[str, Any]:
    return reason_form(
        t,
        title=t.plain("register.ask_both"),
        callback="register.cross",
        meta=json.dumps(meta),
        about=t(
            f"register.cross_about.{kind}", project=bold_heading(key, name), name=asset, owner=person_mention(owner)
        ),
        submit=t.plain("register.ask_both_submit"),
        blocks=[ui.date_input("until", t.plain("field.decision_until"), value=until)],
    )


# --- forms ----------------------------------------------------------------------------------------------------


def add_asset_form(t: Texts, *, project_id: int, key: str, values: Mapping[str, str | None]) -> dict[str, Any]:
    kinds = [(kind.value, t.plain(f"kind.{kind}.choice")) for kind in AssetKind]
    return ui.modal_view(
        title=t.plain("register.add_title", key=key),
        callback="register.add",
        submit=t.plain("form.save"),
        close=t.plain("form.cancel"),
        meta=json.dumps({"project": project_id}),
        blocks=[
            ui.radio_input("kind", t.plain("field.kind"), kinds, value=values.get("kind")),
            ui.text_input(
                "name",
                t.plain("field.asset_name"),
                value=values.get("name"),
                max_length=MAX_NAME,
                hint=t.plain("hint.asset_name"),
            ),
            ui.person_input("owner", t.plain("field.owner"), value=values.get("owner")),
            *_detail_inputs(t, values),
        ],
    )


def change_asset_form(
    t: Texts, asset: AssetView, steps: AssetActions, *, owner: str | None = None
) -> dict[str, Any]:
    """`owner`: the new one that was typed, if any."""
    buttons = _step_buttons(t, asset, steps)
    return ui.modal_view(
        title=t.plain("register.change"),
        callback="register.change",
        submit=t.plain("form.save"),
        close=t.plain("form.cancel"),
        meta=json.dumps({"asset": asset.asset_id, "seen": asset.stamp}),
        blocks=[
            ui.section_block(asset_line(t, asset)),
            *([ui.actions_block(*buttons)] if buttons else []),
            ui.text_input("name", t.plain("field.asset_name"), value=asset.name, max_length=MAX_NAME),
            ui.person_input(
                "owner", t.plain("field.owner"), value=owner or asset.owner, hint=t.plain("hint.new_owner")
            ),
            *_detail_inputs(t, {"stand_in": asset.stand_in, "description": asset.description}),
        ],
    )


def _step_buttons(t: Texts, asset: AssetView, steps: AssetActions) -> list[ui.Element]:
    buttons = [_take_back_button(t, asset.asset_id)] if steps.take_back else []
    for project_id, key in steps.unlink:
        value = f"{project_id}:{asset.asset_id}"
        buttons.append(
            ui.button_element(t.plain("register.unlink_from", key=key), f"register.unlink:{value}", value)
        )
    if steps.remove:
        value = str(asset.asset_id)
        buttons.append(ui.button_element(t.plain("register.remove"), "register.remove", value, style="danger"))
    return buttons


def _detail_inputs(t: Texts, values: Mapping[str, str | None]) -> list[Block]:
    return [
        ui.person_input("stand_in", t.plain("field.stand_in"), value=values.get("stand_in"), optional=True),
        ui.text_input(
            "description",
            t.plain("field.description"),
            value=values.get("description") or None,
            multiline=True,
            max_length=MAX_DESCRIPTION,
            optional=True,
        ),
    ]

"""The register in messages, lists and forms. Pure: facts → Block Kit."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot import kit
from bot.charter.views import bold_heading
from bot.kit import Block, Message
from bot.projects.rules import Side
from bot.register.rules import MAX_DESCRIPTION, MAX_NAME, Kind
from bot.signing.views import Facts, one, quoted, reason_form
from bot.texts import Mrkdwn, Texts, escape, person

MOST_SHOWN = 10


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


def line(t: Texts, asset: Seen) -> Mrkdwn:
    """Who owns what, in one line."""
    owner = t("boundary.no_owner") if asset.owner is None else person(asset.owner)
    text = t("register.line", name=asset.name, kind=t(f"kind.{asset.kind}"), owner=owner)
    if asset.stand_in is not None:
        text = text + t("register.stand_in", who=person(asset.stand_in))
    if asset.across_until is not None:
        text = text + t("register.across_until", until=asset.across_until)
    return text


def found(t: Texts, assets: Sequence[Seen], *, words: str, matching: bool) -> Message:
    """The answer to `/duet who`."""
    if not assets:
        return one(t("register.nothing", words=words))
    lines = [line(t, asset) for asset in assets[:MOST_SHOWN]]
    if len(assets) > MOST_SHOWN:
        lines.append(t("boundary.more", count=len(assets) - MOST_SHOWN))
    if not matching:
        lines.insert(0, t("register.nearest", words=words))
    return kit.fit(lines[0], [kit.section(each) for each in lines])


def listing(
    t: Texts, *, key: str, name: str, project_id: int, assets: Sequence[tuple[Seen, bool]], may_add: bool
) -> Message:
    """What a project touches: (asset, whether the reader may change it)."""
    title = t("register.title", project=bold_heading(key, name))
    blocks: list[Block] = [kit.section(title)]
    for kind in Kind:
        of_kind = [each for each in assets if each[0].kind == kind]
        blocks.append(kit.section(Mrkdwn(f"*{t(f'boundary.{kind}')}*")))
        blocks += [_listed(t, asset, may_change) for asset, may_change in of_kind[:MOST_SHOWN]]
        if not of_kind:
            blocks.append(kit.context(t("charter.none_yet")))
    if may_add:
        add = kit.button(t.plain("register.add"), "register.add", str(project_id), style="primary")
        blocks.append(kit.actions(add))
    return kit.fit(title, blocks)


def _listed(t: Texts, asset: Seen, may_change: bool) -> Block:
    button = kit.button(t.plain("register.change"), f"register.change:{asset.asset_id}", str(asset.asset_id))
    text = line(t, asset)
    if asset.description:
        text = Mrkdwn("\n").join([text, escape(asset.description)])
    return kit.section(text, accessory=button if may_change else None)


def there_already(t: Texts, asset: Seen, *, project_id: int, is_linked: bool) -> Message:
    """A friendly refusal: the asset is in the register, and can be linked."""
    text = t("register.there", asset=line(t, asset))
    if is_linked:
        return one(text)
    button = kit.button(
        t.plain("register.link"), "register.link", f"{project_id}:{asset.asset_id}", style="primary"
    )
    return kit.fit(text, [kit.section(text), kit.actions(button)])


def linked(t: Texts, asset: Seen, *, key: str) -> Mrkdwn:
    return t("register.linked", name=asset.name, key=key)


def wrong_side(t: Texts, *, kind: Kind, who: str, kept: str, may_ask: bool) -> Message:
    """Why not, and the one way that there is. `kept`: where what was wanted is kept."""
    text = t(f"register.wrong_side.{kind}", who=person(who))
    if not may_ask:
        return one(text)
    button = kit.button(t.plain("register.ask_both"), "register.cross", kept)
    return kit.fit(text, [kit.section(text), kit.actions(button)])


def done(t: Texts, asset: Seen) -> Mrkdwn:
    return t("register.done", asset=line(t, asset))


def is_offered_now(t: Texts, asset: Seen, *, to: str) -> Mrkdwn:
    return t("register.offered_done", name=asset.name, who=person(to))


# --- direct messages ------------------------------------------------------------------------------------------


def given(t: Texts, asset: Seen, *, by: str) -> Message:
    return one(t("register.given", name=asset.name, kind=t(f"kind.{asset.kind}"), by=person(by)))


def offered(t: Texts, asset: Seen, *, by: str) -> Message:
    text = t("register.offered", name=asset.name, kind=t(f"kind.{asset.kind}"), by=person(by))
    buttons = [
        kit.button(t.plain("register.accept"), "register.accept", str(asset.asset_id), style="primary"),
        kit.button(t.plain("register.decline"), "register.decline", str(asset.asset_id)),
    ]
    return kit.fit(text, [kit.section(text), kit.actions(*buttons)])


def is_offered(t: Texts, asset: Seen, *, to: str, by: str) -> Message:
    return one(t("register.is_offered", name=asset.name, to=person(to), by=person(by)))


def declined(t: Texts, asset: Seen, *, by: str) -> Message:
    return one(t("register.declined", name=asset.name, by=person(by)))


def you_declined(t: Texts, asset: Seen) -> Message:
    return one(t("register.you_declined", name=asset.name))


def you_accepted(t: Texts, asset: Seen) -> Message:
    return one(t("register.you_accepted", name=asset.name))


def offer_over(t: Texts, asset: Seen) -> Message:
    return one(t("register.offer_over", name=asset.name))


def handed_over(t: Texts, asset: Seen, *, before: str | None) -> Message:
    assert asset.owner is not None
    if before is None:
        return one(t("register.has_owner", name=asset.name, owner=person(asset.owner)))
    return one(t("register.handed_over", name=asset.name, owner=person(asset.owner), before=person(before)))


def needs_owner(t: Texts, asset: Seen, *, left: str | None) -> Message:
    text = t("register.still_needs_owner", name=asset.name, kind=t(f"kind.{asset.kind}"))
    if left is not None:
        text = t("register.needs_owner", name=asset.name, kind=t(f"kind.{asset.kind}"), who=person(left))
    button = kit.button(t.plain("register.name_owner"), f"register.change:{asset.asset_id}", str(asset.asset_id))
    return kit.fit(text, [kit.section(text), kit.actions(button)])


def returned(t: Texts, asset: Seen) -> Message:
    if asset.owner is None:
        return one(t("register.returned_to_nobody", name=asset.name))
    return one(t("register.returned", name=asset.name, owner=person(asset.owner)))


# --- notices --------------------------------------------------------------------------------------------------


def changed_line(t: Texts, facts: Mapping[str, Any]) -> Mrkdwn:
    owner = t("boundary.no_owner") if facts["owner"] is None else person(facts["owner"])
    return t("notice.register", name=facts["name"], kind=t(f"kind.{facts['kind']}"), owner=owner)


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
            _side_input(t, values.get("side")),
            *_details(t, values),
        ],
    )


def change_form(t: Texts, asset: Seen, *, owner: str | None = None) -> dict[str, Any]:
    """`owner`: the new one that was typed, if any."""
    return kit.modal(
        title=t.plain("register.change"),
        callback="register.change",
        submit=t.plain("form.save"),
        close=t.plain("form.cancel"),
        meta=json.dumps({"asset": asset.asset_id}),
        blocks=[
            kit.section(line(t, asset)),
            kit.person_input(
                "owner", t.plain("field.owner"), value=owner or asset.owner, hint=t.plain("hint.new_owner")
            ),
            _side_input(t, None),
            *_details(t, {"stand_in": asset.stand_in, "description": asset.description}),
        ],
    )


def _side_input(t: Texts, value: str | None) -> Block:
    sides = [(side.value, t.plain(f"side.{side}")) for side in Side]
    return kit.select_input(
        "side", t.plain("field.side"), sides, value=value, optional=True, hint=t.plain("hint.side")
    )


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

"""The register in lists and messages. Pure: facts → Block Kit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, zip_longest
from typing import TypeVar
from urllib.parse import urlsplit

from bot.projects.rules import Side
from bot.projects.views import side_button, side_line
from bot.register.rules import MAX_RULE, MOST_LISTED, SIDE_OF, AssetKind, asset_stamp
from bot.ui import blocks as ui
from bot.ui.clipping import MOST_NAMED, clip_text, join_first
from bot.ui.components import (
    action_blocks,
    item_button,
    pager_buttons,
    project_heading,
    render_section_message,
    take_page,
)
from bot.ui.mrkdwn import DOT, Mrkdwn, escape_text, person_mention
from bot.ui.texts import Texts

MOST_WITH_RULES = 3  # of what is looked up: those with their whole rules
SHORT_RULE = 120
PAGE = 10
OF_SEVERAL = "_several"  # ends the ids of the buttons, and the keys of the texts, of what is offered together
_T = TypeVar("_T")


@dataclass(frozen=True)
class AssetView:
    """An asset as people see it."""

    asset_id: int
    kind: AssetKind
    name: str
    owner: str | None
    stand_in: str | None
    description: str
    across_until: date | None
    offered_to: str | None
    link: str = ""
    has_personal_data: bool | None = None
    rule: str = ""
    returns_to: str | None = None  # who owns it after `across_until`, if they are still there

    @property
    def stamp(self) -> int:
        """Which state of it a form was filled with."""
        parts = self.name, self.owner, self.stand_in, self.description, self.link, self.has_personal_data, self.rule
        return asset_stamp(*parts)

    @property
    def is_exception(self) -> bool:
        """It needs an owner, is across the boundary, or waits for somebody to take it over."""
        return self.owner is None or self.across_until is not None or self.offered_to is not None


@dataclass(frozen=True)
class Handing:
    """That several assets of one owner can be handed over together."""

    owner: str
    kind: AssetKind
    may: bool  # the reader


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
    t: Texts,
    assets: Sequence[tuple[AssetView, bool]],
    *,
    words: str,
    asked: str,
    number: int = 1,
    who: str | None = None,
    matching: bool,
    is_to_change: bool = False,
    keepers: Sequence[str] = (),
    handing: Handing | None = None,
    below: Sequence[ui.Block] = (),
) -> ui.Message:
    """The answer to `/duet who`: (asset, whether the reader may change it). `who`: of whom alone it was asked;
    `asked`: by what it is found again, for another page.

    `is_to_change`: it was typed to be changed, which is said not to have been done. `keepers`: who may change the
    only one that was found, which the reader may not. `handing`: of several that one person owns.
    """
    if not assets:
        text = t("register.nothing_of", who=person_mention(who)) if who else t("register.nothing", words=words)
        return ui.fit_message(text, [ui.section_block(text), *below])
    page = take_page(assets, number, size=PAGE)
    says_all = len(assets) <= MOST_WITH_RULES
    blocks = [
        _render_with_change_button(
            t, _render_asset_text(t, asset, rule=MAX_RULE if says_all else SHORT_RULE), asset, may_change
        )
        for asset, may_change in page.items
    ]
    if page.count > 1:
        blocks.append(
            ui.context_block(t("register.found_of", page=page.number, count=page.count, total=len(assets)))
        )
        blocks += action_blocks(pager_buttons(t, page, "register.found", asked))
    first = asset_line(t, page.items[0][0])
    if not matching:
        first = t("register.nearest", words=words)
        blocks.insert(0, ui.section_block(first))
    if is_to_change:
        blocks.insert(0, ui.section_block(t("register.only_found")))
    if keepers:
        who = Mrkdwn(", ").join(map(person_mention, keepers))
        blocks.append(ui.section_block(t("register.keepers", n=len(keepers), who=who)))
    if handing is not None:
        blocks.append(_render_way_to_hand_over(t, handing))
    return ui.fit_message(first, [*blocks, *below])


def _render_way_to_hand_over(t: Texts, handing: Handing) -> ui.Block:
    """All of it at once, where the reader may; else who may."""
    if handing.may:
        return ui.actions_block(hand_over_button(t, handing.owner))
    return ui.section_block(t(f"register.handed_over_by.{handing.kind}", owner=person_mention(handing.owner)))


def render_which_asset(t: Texts, assets: Sequence[AssetView], *, stamp: int) -> ui.Message:
    """Asks which of these is meant, a kind each. `stamp`: by which the click finds what is to be done with it."""
    question = t("register.which", name=assets[0].name)
    buttons = [
        ui.button_element(
            t.plain(f"register.which.{each.kind}"), f"register.meant:{each.kind}", f"{each.asset_id}:{stamp}"
        )
        for each in assets
    ]
    listed = Mrkdwn("\n").join([question, *(asset_line(t, each) for each in assets)])
    return render_section_message(listed, *buttons)


def render_person_side(
    t: Texts,
    who: str,
    *,
    known: Side | None,
    proposed: tuple[Side, str] | None,
    is_of_former_team: bool,
    say: str | None,
) -> list[ui.Block]:
    """Of somebody who is looked up: on which side they work, and how that is put right by whose word counts."""
    said = side_line(t, who, known=known, proposed=proposed, is_of_former_team=is_of_former_team)
    blocks = [ui.section_block(said)]
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
) -> ui.Message:
    """What a project touches, a page at a time: (asset, whether the reader may change it, or else unlink it).

    `owns`: how many assets are the reader's own, in whichever projects.
    """
    title = t("register.title", project=project_heading(key, name))
    first = [each for each in assets if each[0].is_exception] if len(assets) > PAGE else []
    by_kind = {kind: [each for each in assets if each[0].kind == kind and each not in first] for kind in AssetKind}
    page = take_page([*first, *_begin_with_each(by_kind.values(), PAGE - len(first))], number, size=PAGE)
    blocks: list[ui.Block] = [ui.section_block(title)]
    if shown_first := [each for each in page.items if each in first]:
        blocks.append(ui.section_block(t("register.exceptions")))
        blocks += [_render_listed_asset(t, asset, project_id, *may) for asset, *may in shown_first]
    for kind in AssetKind:
        of_kind = [each for each in page.items if each[0].kind == kind and each not in first]
        if of_kind or not any(each[0].kind == kind for each in assets):
            blocks.append(ui.section_block(Mrkdwn(f"*{t(f'boundary.{kind}')}*")))
            blocks += [_render_listed_asset(t, asset, project_id, *may) for asset, *may in of_kind]
        if not of_kind:
            blocks += (
                []
                if any(each[0].kind == kind for each in assets)
                else [ui.context_block(t("boundary.nothing_yet"))]
            )
    if page.count > 1:
        held = {kind.value: sum(each[0].kind == kind for each in assets) for kind in AssetKind}
        blocks.append(ui.context_block(t("register.page_of", page=page.number, count=page.count, **held)))
    buttons = pager_buttons(t, page, "register.page", project_id)
    if may_add:
        buttons.append(ui.button_element(t.plain("register.add"), "register.add", str(project_id), style="primary"))
        buttons.append(ui.button_element(t.plain("register.add_several"), "register.add_several", str(project_id)))
    if owns:
        buttons.append(ui.button_element(t.plain("register.mine"), "register.mine", "1"))
    return ui.fit_message(title, [*blocks, *action_blocks(buttons)])


def _begin_with_each(lists: Iterable[Sequence[_T]], room: int) -> list[_T]:
    """All of them, a list after the other; but the first page, with `room` for so many, has some of each: neither
    side is the second.
    """
    every = list(lists)
    dealt = [each for each in chain.from_iterable(zip_longest(*every)) if each is not None][: max(room, 0)]
    return [*dealt, *(each for each in chain(*every) if each not in dealt)]


def render_owned_assets(t: Texts, assets: Sequence[AssetView], *, owner: str, number: int) -> ui.Message:
    """What the reader owns, in whichever projects."""
    if not assets:
        return render_section_message(t("register.mine_none"))
    title, page = t("register.mine_title", n=len(assets)), take_page(assets, number, size=PAGE)
    blocks = [
        ui.section_block(title),
        *(_render_with_change_button(t, _render_asset_text(t, asset), asset, True) for asset in page.items),
    ]
    if page.count > 1:
        blocks.append(ui.context_block(t("page.of", page=page.number, count=page.count)))
    buttons = pager_buttons(t, page, "register.mine")
    if len(assets) > 1:
        buttons.append(hand_over_button(t, owner))
    return ui.fit_message(title, [*blocks, *action_blocks(buttons)])


def _render_listed_asset(
    t: Texts, asset: AssetView, project_id: int, may_change: bool, may_unlink: bool
) -> ui.Block:
    if may_change or not may_unlink:
        return _render_with_change_button(t, _render_asset_text(t, asset), asset, may_change)
    value = f"{project_id}:{asset.asset_id}"
    button = item_button(t, "register.unlink", "register.unlink", value)
    return ui.section_block(_render_asset_text(t, asset), accessory=button)


def _render_asset_text(t: Texts, asset: AssetView, *, rule: int = SHORT_RULE) -> Mrkdwn:
    """All that is known of it; of its rule at most so many characters."""
    lines = [asset_line(t, asset), *([escape_text(asset.description)] if asset.description else [])]
    facts = [t("register.link_to", link=_render_link(asset.link))] if asset.link else []
    if asset.has_personal_data is not None:
        facts.append(t("register.personal" if asset.has_personal_data else "register.not_personal"))
    if facts:
        lines.append(DOT.join(facts))
    if asset.rule:
        lines.append(t("register.rule", rule=clip_text(" ".join(asset.rule.split()), rule)))
    return Mrkdwn("\n").join(lines)


def _render_link(link: str) -> Mrkdwn:
    """By the name of the site, which a link cannot hide."""
    return Mrkdwn(f"<{escape_text(link)}|{escape_text(urlsplit(link).hostname or link)}>")


def _render_with_change_button(t: Texts, text: Mrkdwn, asset: AssetView, may_change: bool) -> ui.Block:
    return ui.section_block(text, accessory=change_asset_button(t, asset.asset_id) if may_change else None)


def change_asset_button(t: Texts, asset_id: int, label: str = "register.change") -> ui.Element:
    return item_button(t, label, "register.change", asset_id)


def take_back_button(t: Texts, asset_id: int) -> ui.Element:
    return item_button(t, "register.take_back", "register.take_back", asset_id)


def hand_over_button(t: Texts, owner: str) -> ui.Element:
    """Opens the form that hands what this person owns to somebody else."""
    return ui.button_element(t.plain("register.hand_over"), f"register.hand_over:{owner}", owner)


def offer_buttons(
    t: Texts, asset_id: int, kind: AssetKind, *, asks_side: bool, who: str | None, several: str = ""
) -> tuple[ui.Element, ...]:
    """`asks_side`: whoever is asked says by it on which side they work, or that it is the other one.

    `several`: OF_SEVERAL, where all that is offered together with this asset is answered.
    """
    value, side = str(asset_id), SIDE_OF[kind]
    label = f"register.accept_as.{side}" if asks_side else f"register.accept{several}"
    buttons = [
        item_button(t, label, f"register.accept{several}", value, style="primary"),
        item_button(t, f"register.decline{several}", f"register.decline{several}", value),
    ]
    if asks_side and who is not None:
        other = side.other
        no = ui.button_element(t.plain(f"side.no.{other}"), f"person.side:{value}:{other}", f"{who}:{other}")
        buttons.insert(1, no)
    return tuple(buttons)


def render_already_in_register(t: Texts, asset: AssetView, *, project_id: int, is_linked: bool) -> ui.Message:
    """A friendly refusal: the asset is in the register, and can be linked."""
    text = t("register.there", asset=asset_line(t, asset))
    if is_linked:
        return render_section_message(text)
    value = f"{project_id}:{asset.asset_id}"
    button = ui.button_element(t.plain("register.link"), "register.link", value, style="primary")
    return render_section_message(text, button)


def render_unchanged_asset(t: Texts, asset: AssetView, *, may_take_back: bool, kept: str | None) -> ui.Message:
    """Nothing is otherwise: how it stands, and the ways on. `kept`: as of `render_wrong_asset_side`, to prolong a
    decision.
    """
    text = t("register.stands", asset=asset_line(t, asset))
    buttons = [take_back_button(t, asset.asset_id)] if may_take_back and asset.offered_to is not None else []
    if kept is not None:
        buttons.append(ui.button_element(t.plain("register.ask_longer"), "register.cross", kept))
    return render_section_message(text, *buttons)


def asset_link_confirmation(t: Texts, asset: AssetView, *, key: str) -> Mrkdwn:
    return t("register.linked", name=asset.name, key=key)


def render_wrong_asset_side(
    t: Texts, *, kind: AssetKind, who: str, kept: str | None, say: str | None
) -> ui.Message:
    """Why not, and the ways that there are.

    `kept`: where what was wanted is kept; None: others have to ask. `say`: what the reader's word on the side is
    worth, if anything: a wrong one is corrected where it is met (product §5.1).
    """
    text = t(f"register.wrong_side.{kind}", who=person_mention(who))
    buttons = [] if kept is None else [ui.button_element(t.plain("register.ask_both"), "register.cross", kept)]
    if say is not None:
        buttons.append(side_button(t, say, who, SIDE_OF[kind]))
    return render_section_message(text, *buttons)


def asset_change_confirmation(t: Texts, asset: AssetView) -> Mrkdwn:
    return t("register.done", asset=asset_line(t, asset))


def alike_notice(t: Texts, assets: Sequence[AssetView]) -> Mrkdwn:
    """What else there is of nearly the same name: no refusal, for it may be meant so."""
    listed = t.list([t("register.alike_name", name=each.name, kind=t(f"kind.{each.kind}")) for each in assets])
    return t("register.alike", names=listed)


def offer_confirmation(t: Texts, asset: AssetView, *, to: str) -> ui.Message:
    return render_section_message(
        t("register.offered_done", name=asset.name, who=person_mention(to)), take_back_button(t, asset.asset_id)
    )


def offer_of_several_confirmation(t: Texts, names: Sequence[str], *, to: str) -> Mrkdwn:
    listed = join_first(names, MOST_NAMED)
    return t("register.offered_several_done", n=len(names), names=listed, who=person_mention(to))


def take_back_confirmation(t: Texts, asset: AssetView) -> Mrkdwn:
    return t("register.taken_back", asset=asset_line(t, asset))


def asset_unlink_confirmation(t: Texts, asset: AssetView, *, key: str) -> Mrkdwn:
    return t("register.unlinked", asset=asset_line(t, asset), key=key)


def asset_removal_confirmation(t: Texts, name: str) -> Mrkdwn:
    return t("register.removed", name=name)


# --- direct messages ------------------------------------------------------------------------------------------


def render_offer(t: Texts, asset: AssetView, *, by: str, asks_side: bool) -> ui.Message:
    buttons = offer_buttons(t, asset.asset_id, asset.kind, asks_side=asks_side, who=asset.offered_to)
    return render_section_message(_offer_line(t, asset, by=by, asks_side=asks_side), *buttons)


def render_offer_of_several(
    t: Texts, names: Sequence[str], *, asset_id: int, kind: AssetKind, by: str, who: str, asks_side: bool
) -> ui.Message:
    """All that is offered to somebody together with the asset of that id."""
    text = offer_of_several_line(t, names, kind=kind, by=by, asks_side=asks_side)
    return render_section_message(
        text, *offer_buttons(t, asset_id, kind, asks_side=asks_side, who=who, several=OF_SEVERAL)
    )


def offer_of_several_line(
    t: Texts, names: Sequence[str], *, kind: AssetKind, by: str, asks_side: bool, is_again: bool = False
) -> Mrkdwn:
    """They read what they take over, all of it while that fits a message."""
    key = "register.told.offered_several" if is_again else "register.offered_several"
    text = t(key, n=len(names), names=join_first(names, MOST_LISTED), by=person_mention(by))
    return text + " " + t(f"register.asks_side.{kind}") if asks_side else text


def _offer_line(t: Texts, asset: AssetView, *, by: str, asks_side: bool) -> Mrkdwn:
    text = t("register.offered", name=asset.name, kind=t(f"kind.{asset.kind}"), by=person_mention(by))
    return text + " " + t(f"register.asks_side.{asset.kind}") if asks_side else text

"""Who is told of a change in the register (product §5)."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.queue import OfNoProject, notify_channel, notify_people
from bot.deliveries.digests.sending import rerender_items_of_subjects
from bot.deliveries.digests.topics import NEEDS_SOMEBODY
from bot.projects.rules import LIVE, Side
from bot.projects.service import find_side_readers
from bot.register import notice_views, views
from bot.register.notice_views import AssetNotice, AssetsOffered, RegisterNews
from bot.register.policy import list_deciding_projects, list_responsible_people
from bot.register.rules import SIDE_OF
from storage import notices, people, projects, register
from storage.notices import Notice
from storage.register import Asset

NEEDS_OWNER, OFFERED = "needs_owner", "offered"  # what is told that may have to be withdrawn
GIVEN, HANDED_OVER, IS_OFFERED, LINKS = "given", "handed_over", "is_offered", "links"
RULE_CHANGED, STANDS_IN = "rule", "stand_in"


def build_asset_view(asset: Asset) -> views.AssetView:
    return views.AssetView(
        asset.pk,
        asset.kind,
        asset.name,
        asset.owner,
        asset.stand_in,
        asset.description,
        asset.across_until,
        asset.offered_to,
        asset.link,
        asset.has_personal_data,
        asset.rule,
        asset.returns_to,
    )


def notify_first_owner(session: Session, asset: Asset, *, by: str, now: datetime) -> None:
    """The first owner is told by whom, unless it was themselves; who never said their side can object to it."""
    assert asset.owner is not None
    owner = people.find_person(session, asset.team_id, asset.owner)
    may_object = owner is not None and owner.side is None
    notify_about_asset(
        session, asset, {asset.owner} - {by}, GIVEN, now=now, by=by, to=asset.owner, may_object=may_object
    )


def drop_objections(session: Session, team_id: str, assets: Iterable[Asset]) -> None:
    """Takes *I work in …* from what was told of these: the person has said it."""
    subjects = [f"{asset.pk}:{GIVEN}" for asset in assets]
    rerender_items_of_subjects(session, team_id, {(AssetNotice, each): {"may_object": False} for each in subjects})


def notify_of_handover(
    session: Session,
    asset: Asset,
    *,
    before: str | None,
    by: str | None,
    offered_by: str | None,
    now: datetime,
    tells_asker: bool = True,
) -> None:
    """Whoever has offered it has an answer at once; the others read it with their next routine message.

    `tells_asker`: otherwise that answer is of several.
    """
    to = asset.owner
    assert to is not None
    asker = {offered_by} - {None, by}
    post.to_people(
        session,
        OfNoProject(asset.team_id),
        asker if tells_asker else (),
        key=f"owner:{asset.pk}:{now.timestamp()}",
        message=partial(
            notice_views.render_handover, asset=build_asset_view(asset), before=before, reader=offered_by
        ),
    )
    notify_about_asset(session, asset, {before, to} - {None, by, *asker}, HANDED_OVER, now=now, before=before)


def notify_of_missing_owner(
    session: Session, asset: Asset, *, left: str | None, now: datetime, why: str | None = None
) -> None:
    """That side's lead and executive, all that they have to name in one message.

    Those of every project that touches it; else the workspace's default executive.
    """
    withdraw_asset_notices(session, asset, NEEDS_OWNER)
    notify_about_asset(
        session,
        asset,
        list_responsible_people(session, asset),
        NEEDS_OWNER,
        now=now,
        urgent=True,
        left=left,
        why=why,
    )


def notify_of_return(session: Session, asset: Asset, *, before: str | None, now: datetime) -> None:
    """Tells both owners, who answers for that side, and both executives, whose decision is over (product §5.2)."""
    executives = {
        charter.executives[side]
        for project, charter in list_deciding_projects(session, asset)
        for side in Side
        if not project.vacant[side]
    }
    readers = {before, asset.owner, *executives, *list_responsible_people(session, asset)}
    notify_about_asset(session, asset, readers, "returned", now=now)


def notify_of_asset_link(
    session: Session, asset: Asset, project_id: int, *, was: bool, by: str, now: datetime
) -> None:
    """Its owner is told that a project touches it, or not any more; of several projects once."""
    notify_about_asset(session, asset, {asset.owner} - {by}, LINKS, now=now, by=by, was={project_id: was})


def notify_of_rule(session: Session, asset: Asset, *, was: str, by: str, now: datetime) -> None:
    """Tells who sees to the other side in the projects that touch it and go on (product §5.6)."""
    other = SIDE_OF[asset.kind].other
    linked = [
        projects.find_project(session, asset.team_id, each)
        for each in register.list_project_ids_of_asset(session, asset.team_id, asset.pk)
    ]
    live = [each for each in linked if each is not None and each.state in LIVE]
    readers = {find_side_readers(session, each)[other] for each in live} - {by}
    notify_about_asset(session, asset, readers, RULE_CHANGED, now=now, by=by, was_rule=was)


def notify_of_stand_in(session: Session, asset: Asset, *, by: str, now: datetime) -> None:
    """Whoever is asked about it beside its owner from now on is told, unless it was themselves."""
    notify_about_asset(session, asset, {asset.stand_in} - {by}, STANDS_IN, now=now, by=by)


def notify_about_asset(
    session: Session,
    asset: Asset,
    readers: Iterable[str | None],
    what: str,
    *,
    now: datetime,
    urgent: bool = False,
    subject: str | None = None,
    **more: Any,
) -> None:
    """With the next routine message of each. It is of the workspace, so no paused project silences it."""
    facts = AssetNotice(what=what, asset=build_asset_view(asset), **more)
    notify_people(
        session,
        OfNoProject(asset.team_id),
        readers,
        facts,
        now=now,
        subject=subject or f"{asset.pk}:{what}",
        is_urgent=urgent,
        merge=_merge_asset_notices,
    )


def _merge_asset_notices(earlier: AssetNotice, newer: AssetNotice) -> AssetNotice:
    """Told once, as it is now, against what was told last: who owned it, and which projects touched it."""
    was = {**newer.was, **earlier.was}
    return newer.model_copy(update={"before": earlier.before, "was": was, "was_rule": earlier.was_rule})


def withdraw_asset_notices(session: Session, asset: Asset, what: str) -> None:
    """What waits to be told of it, and is no longer so."""
    notices.forget_waiting_notices(session, asset.team_id, AssetNotice.kind, f"{asset.pk}:{what}")


def load_asset_notice(session: Session, notice: Notice, facts: AssetNotice) -> AssetNotice | None:
    """The asset as it is when its reader is told of it; None of what is not so any more."""
    what, reader = facts.what, notice.audience.partition(":")[2]
    asset = register.find_asset(session, notice.team_id, facts.asset.asset_id)
    if asset is None:
        return facts if what == "removed" else None
    is_so = {
        GIVEN: asset.owner == reader,
        NEEDS_OWNER: asset.owner is None,
        OFFERED: asset.offered_to == reader,
        IS_OFFERED: asset.offered_to == facts.to,
        HANDED_OVER: (asset.owner != facts.before or asset.across_until is not None)  # else it came and went
        and reader in (asset.owner, facts.before),
        RULE_CHANGED: asset.rule != facts.was_rule,
        STANDS_IN: asset.stand_in == reader,
    }
    if not is_so.get(what, True):
        return None
    changed: dict[str, Any] = {"asset": build_asset_view(asset), "reader": reader}
    if what == LINKS:
        linked = register.list_project_ids_of_asset(session, notice.team_id, asset.pk)
        changed["linked"] = sum(not was and each in linked for each, was in facts.was.items())
        changed["unlinked"] = sum(was and each not in linked for each, was in facts.was.items())
        if asset.owner != reader or not (changed["linked"] or changed["unlinked"]):
            return None
    return facts.model_copy(update=changed)


def asset_notice_order(facts: AssetNotice) -> str | None:
    return NEEDS_SOMEBODY if facts.what in (NEEDS_OWNER, OFFERED) else None


def assets_offered_order(facts: AssetsOffered) -> str | None:
    return None if facts.is_to_owner else NEEDS_SOMEBODY


def asset_notice_count_key(facts: AssetNotice) -> str:
    if facts.what == GIVEN:
        return f"given.{facts.asset.kind}"
    return {NEEDS_OWNER: "owner", OFFERED: "offer"}.get(facts.what, "register")


def notify_channel_of_asset(
    session: Session,
    asset: Asset,
    project_id: int,
    *,
    what: str,
    by: str | None,
    now: datetime,
    before: str | None = None,
) -> None:
    """The team reads it with the next routine message of an active project."""
    project = projects.find_project(session, asset.team_id, project_id)
    assert project is not None
    if project.channel_id is None:
        return
    seen, was = build_asset_view(asset), dict[str, Any]()
    if what == "renamed":
        was["name"] = before
    elif what in ("owner", "crossed", "returned", "needs_owner"):
        was["owner"] = before
    notify_channel(
        session,
        project,
        RegisterNews(
            asset=seen,
            steps=(what,),
            by=by,
            was=None if what in ("added", "linked") else replace(seen, **was),
        ),
        now=now,
        subject=str(asset.pk),
        merge=lambda earlier, newer: newer.model_copy(
            update={"steps": (*earlier.steps, *newer.steps), "was": earlier.was}
        ),
    )


def load_register_news(session: Session, notice: Notice, facts: RegisterNews) -> RegisterNews | None:
    """What is otherwise with the asset, for that project, than the channel knows; None if nothing is."""
    asset = register.find_asset(session, notice.team_id, facts.asset.asset_id)
    linked = () if asset is None else register.list_project_ids_of_asset(session, notice.team_id, asset.pk)
    if asset is None or notice.project_id not in linked:
        gone = {"changes": ("unlinked",), "asset": facts.was}
        return None if facts.was is None else facts.model_copy(update=gone)
    changes = tuple(_list_changes(facts.steps, facts.was, asset))
    now = {"changes": changes, "asset": build_asset_view(asset)}
    return facts.model_copy(update=now) if changes else None


def _list_changes(steps: Collection[str], was: views.AssetView | None, asset: Asset) -> list[str]:
    """As they are told; `steps`: what has happened since the channel read of it."""
    if was is None:
        return ["crossed" if asset.across_until is not None else "added" if "added" in steps else "linked"]
    changes = [] if was.name == asset.name else ["renamed"]
    if "crossed" in steps and asset.across_until is not None:
        changes.append("crossed")  # or prolonged
    elif was.owner != asset.owner:
        if asset.owner is None:
            changes.append("needs_owner")
        elif "returned" in steps:
            changes.append("returned")
        else:
            changes.append("owner")
    return changes


def register_news_count_key(facts: RegisterNews) -> str:
    return f"{facts.changes[0]}.{facts.asset.kind}" if facts.changes[0] in ("added", "linked") else "register"

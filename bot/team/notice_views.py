"""What of the team waits for a morning's message. Pure: facts → Block Kit."""

from datetime import date

from bot.deliveries.digests.facts import NoticeFacts, ProjectNotice
from bot.team.rules import StayMoment
from bot.team.views import MemberView, list_people, list_some, name_confirmer
from bot.ui.components import format_days, join_headings
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts


class TeamNews(NoticeFacts, kind="team.changed"):
    what: str  # added, removed or left
    member: MemberView
    was_in: bool  # when the channel last read of it


class MemberLeft(ProjectNotice, kind="team.member_left"):
    who: str


def team_change_line(t: Texts, facts: TeamNews) -> Mrkdwn:
    member = facts.member
    return t(
        f"notice.team.{facts.what}",
        who=person_mention(member.user_id),
        side=t(f"side.of.{member.side}"),
        days=format_days(t, member.starts_on, member.ends_on),
    )


def member_left_line(t: Texts, facts: MemberLeft) -> Mrkdwn:
    projects = join_headings(t, facts.projects)
    return t("notice.member_left", project=projects, who=person_mention(facts.who), n=len(facts.projects))


class ReturnAhead(ProjectNotice, kind="team.return_ahead"):
    """To home managers and leads; several who return on one day are one item."""

    end: date
    people: tuple[str, ...]


class MyReturnAhead(ProjectNotice, kind="team.my_return_ahead"):
    end: date
    home_post: str


class NotConfirmed(ProjectNotice, kind="team.not_confirmed"):
    """To the side's lead: who has been asked three times."""

    moment: StayMoment
    asked: tuple[int, ...]  # confirmations
    people: tuple[tuple[str, str], ...] = ()  # who has not confirmed, of whom


class ManagerLeft(ProjectNotice, kind="team.manager_left"):
    """To the side's lead: whose home manager's account was deactivated."""

    manager: str
    people: tuple[str, ...]


def return_ahead_line(t: Texts, facts: ReturnAhead) -> Mrkdwn:
    project = join_headings(t, facts.projects)
    return t("notice.return_ahead", project=project, people=list_people(t, facts.people), end=facts.end)


def my_return_ahead_line(t: Texts, facts: MyReturnAhead) -> Mrkdwn:
    project = join_headings(t, facts.projects)
    return t("notice.my_return_ahead", project=project, home_post=facts.home_post, end=facts.end)


def not_confirmed_line(t: Texts, facts: NotConfirmed) -> Mrkdwn:
    """Writes who has not confirmed; a home manager is named with the member."""
    named = [name_confirmer(t, *each) for each in facts.people]
    project = join_headings(t, facts.projects)
    return t(f"notice.not_confirmed.{facts.moment}", project=project, people=list_some(t, named))


def manager_left_line(t: Texts, facts: ManagerLeft) -> Mrkdwn:
    return t(
        "notice.manager_left",
        project=join_headings(t, facts.projects),
        manager=person_mention(facts.manager),
        people=list_people(t, facts.people),
    )

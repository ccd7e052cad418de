"""`/duet` by itself: what waits for the person; and the App Home tab."""

import asyncio

from sqlmodel import Session

from bot.deliveries.outcomes import DeliveryKind, ignore_outcome
from bot.deliveries.senders import HomeSender
from bot.home import publishing
from bot.home.composing import compose_home, compose_question, list_lines
from bot.home.tab_views import ASKED, DATED
from bot.home.waiting_views import WaitingGroup, render_waiting_group
from bot.runtime.errors import Busy, NotFound, Refusal
from bot.slack.refusals import DeliveryRefusal
from bot.ui.components import take_page
from handlers.decoding import read_id, read_page
from handlers.features import Command, EventServices, Feature, SlackEvent
from handlers.languages import build_language_click_handler
from handlers.mentions import refuse_leftover_words
from handlers.payloads import OpenedHomeEvent, read_home_event
from handlers.requests import Reply, Request, Route
from storage import people
from storage.session import transaction


def handle_home_command(request: Request, session: Session) -> Reply:
    refuse_leftover_words(request.args)
    message = compose_home(session, actor=request.actor, now=request.now, others=request.other_languages)
    return Reply(message(request.t))


def show_home_list(request: Request, session: Session) -> Reply:
    """A page of what Home has only the first lines of: `sign:2`."""
    name, number = read_page(request.value)
    if name not in (*WaitingGroup, ASKED, DATED):
        raise NotFound
    lines = list_lines(session, request.t, actor=request.actor, name=name, now=request.now)
    return Reply(render_waiting_group(request.t, name, take_page(lines, number)))


def show_question(request: Request, session: Session) -> Reply:
    """What has more answers than one: `stay:7`, `asset:7`, `milestone:7`, `dispute:7`, `steward:7`, `side:0`.

    Raises: NotFound; Refusal, once it is over.
    """
    what, _, number = request.value.partition(":")
    asked = compose_question(session, actor=request.actor, what=what, number=read_id(number), now=request.now)
    if asked is None:
        raise Refusal("error.home.over")
    return Reply(asked(request.t))


async def publish_opened_home(services: EventServices, event: SlackEvent) -> None:
    """Raises: Malformed; Busy, where Slack does not say who it is."""
    opened = read_home_event(event.body)
    if opened is None:
        return
    await services.look_up_people(event.team_id, {opened.user_id})

    def publish(opened: OpenedHomeEvent = opened) -> None:
        with transaction(services.database) as session:
            if people.find_person(session, event.team_id, opened.user_id) is None:
                raise Busy
            publishing.open_home(
                session,
                team_id=event.team_id,
                user_id=opened.user_id,
                now=services.now(),
                is_missing=opened.is_missing and not event.is_late,
            )

    await asyncio.get_running_loop().run_in_executor(services.database.writer_threads, publish)


FEATURE = Feature(
    commands=(Command("home", handle_home_command, reads=True, everyday=True),),
    buttons={
        "home.list": Route(show_home_list, reads=True),
        "home.question": Route(show_question, reads=True),
        "home.speak": Route(build_language_click_handler(handle_home_command)),
    },
    shortcuts={"shortcut.home": Route(handle_home_command, reads=True)},
    slack_events={"app_home_opened": publish_opened_home},
    timers={publishing.HOME: publishing.refresh_or_forget_home},
    # Whoever looks at it sees the state before; where the tab is off, `duet check` says so.
    deliveries={publishing.HOME: DeliveryKind(HomeSender(), dict.fromkeys(DeliveryRefusal, ignore_outcome))},
)

"""What of a request runs in one session: who asks, the handler in its transaction, and the reply that is kept."""

from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.people.directory import FetchedPeople, list_stale_people
from bot.people.rules import Actor, SpokenLanguage
from bot.people.service import (
    NotForYou,
    announce_turned_languages,
    build_actor,
    choose_spoken_language,
    weigh_words_of_person,
)
from bot.people.welcome import is_to_be_welcomed, welcome_first_admin
from bot.pleas.rules import Refused
from bot.pleas.service import keep_refused, name_who_may
from bot.runtime.clock import Now
from bot.runtime.errors import Busy, Refusal
from bot.ui.languages import DEFAULT_LANGUAGE
from bot.ui.texts import Texts
from handlers import kept_replies
from handlers.grammar import Token
from handlers.payloads import Incoming
from handlers.requests import Reply, ReplyOutcome, Request, Route
from handlers.responses import is_said_by
from storage import people
from storage.deliveries import find_revised_content
from storage.engine import Database
from storage.session import Ticket, has_sent_writes, is_conflict, read_only_session, send_writes, transaction


class SlackKnowsMore(Exception):
    """Some of whom the request names are not known, or no longer fresh: Slack has to be asked before it runs."""

    def __init__(self, user_ids: Sequence[str]) -> None:
        super().__init__(user_ids)
        self.user_ids = user_ids


class RequestSession:
    """Its methods run on a thread, each in a session of its own. What they learn is read once they are done."""

    def __init__(
        self,
        incoming: Incoming,
        route: Route,
        args: tuple[Token, ...],
        *,
        database: Database,
        ticket: Ticket,
        has_token: bool,
        now: Now,
    ) -> None:
        self.t, self.speaks = Texts.of(DEFAULT_LANGUAGE), False  # until the person is known
        self.heard, self.has_asked = FetchedPeople({}, frozenset()), False  # until Slack is asked
        self.team_id = ""  # until it is known
        self.key = incoming.key  # of the row that bears witness
        self.typed: str | None = None  # the language of their words, where it is to be remembered
        self.welcomes = False  # the first Slack admin who turns to Duet, whichever way, whatever the answer is
        self.actor: Actor | None = None  # until the handler runs
        self._incoming = incoming
        self._route = route
        self._args = args
        self._database = database
        self._ticket = ticket
        self._has_token = has_token
        self._now = now

    def run_with_one_rerun(self) -> ReplyOutcome:
        """Runs it again after a conflict, and sees the other's change; a refused double click repeats its reply."""
        try:
            try:
                return self._run_in_session()
            except DBAPIError as error:
                if not is_conflict(error):
                    raise
            return self._run_in_session()
        except NotForYou:
            raise
        except Refusal:
            done = self._find_reply_of_same_click()
            if done is None:
                raise
            return done

    def _run_in_session(self) -> ReplyOutcome:
        """Runs the handler in a read session, or in the one transaction of what writes, with the reply kept.

        Raises: SlackKnowsMore, before anything is written.
        """
        if self._route.reads:
            with read_only_session(self._database) as session:
                team_id = self._find_people(session)
                for user_id, described in self.heard.described.items():
                    people.describe_person(session, team_id, user_id, described)
                return ReplyOutcome(self._run_route(session, team_id))
        with transaction(self._database, self._ticket) as session:
            kept_replies.take_turn(session, self._incoming)
            team_id = self._find_people(session)
            earlier = kept_replies.find_earlier_reply(session, team_id, self._incoming, now=self._now())
            if earlier is not None:
                return earlier
            reply = self._run_route(session, team_id)
            send_writes(session)
            reply = self._leave_out_repetition(session, reply)
            if has_sent_writes(session):
                self.key = kept_replies.keep_reply(session, team_id, self._incoming, reply, now=self._now())
            return ReplyOutcome(reply, is_done=has_sent_writes(session))

    def _leave_out_repetition(self, session: Session, reply: Reply) -> Reply:
        """Nothing is said beside the message that was clicked in, once that says the same itself."""
        channel_id, ts = self._incoming.channel_id, self._incoming.message_ts
        if reply.message is None or reply.replaces or channel_id is None or ts is None:
            return reply
        edited = find_revised_content(session, channel_id, ts)
        return Reply() if edited is not None and is_said_by(edited, reply.message) else reply

    def _find_people(self, session: Session) -> str:
        """Reads the workspace and those who are named, in one statement. Returns the workspace's id.

        The language is learnt on the way, for whatever is said next.
        Raises: Refusal; SlackKnowsMore, unless Slack has been asked already.
        """
        incoming = self._incoming
        workspace, known = people.find_workspace_with_people(
            session, team_id=incoming.team_id, enterprise_id=incoming.enterprise_id, user_ids=incoming.people
        )
        person = known.get(incoming.user_id)
        self._speak_to(session, person)
        if workspace is None or not self._has_token or not workspace.has_duet:
            raise Refusal("error.not_installed")
        self.team_id = workspace.team_id
        stale = [] if self.has_asked else list_stale_people(incoming.people, known)
        if stale:
            raise SlackKnowsMore(stale)
        return workspace.team_id

    def look_at_people(self) -> None:
        """Raises: as `_find_people`."""
        with read_only_session(self._database) as session:
            self._find_people(session)

    def _run_route(self, session: Session, team_id: str) -> Reply:
        """Raises: Refusal, which names who may (product §2.11)."""
        request = self._request(session, team_id)
        self.actor = request.actor
        try:
            return self._route.run(request, session)
        except Refusal as error:
            raise name_who_may(session, request.actor, error) from None

    def _request(self, session: Session, team_id: str) -> Request:
        """Raises: NotForYou for bots, people who left, and people of other organisations; Busy for somebody
        whom Slack has not told us of in time.
        """
        user_id = self._incoming.user_id
        person = people.find_person(session, team_id, user_id)
        if person is None:
            raise Busy
        if person.is_bot or person.deleted or person.is_stranger:
            raise NotForYou
        spoken = self._speak_to(session, person)
        if self.typed is not None and not self._route.reads:
            self._keep_typed_language(session, person)
        actor = build_actor(person)
        self.welcomes = is_to_be_welcomed(session, actor)
        return Request(
            actor=actor,
            t=self.t,
            now=self._now(),
            channel_id=self._incoming.channel_id,
            args=self._args,
            value=self._incoming.value,
            values=self._incoming.values,
            meta=self._incoming.meta,
            source=self._incoming.source,
            other_languages=() if spoken is None else spoken.still_offered,
        )

    def _speak_to(self, session: Session, person: people.Person | None) -> SpokenLanguage | None:
        if person is None:
            return None
        spoken = choose_spoken_language(session, person, words=self._route.language)
        typed = weigh_words_of_person(session, person, self._route.language)
        self.typed = None if typed == person.typed_language else typed
        self.t, self.speaks = Texts.of(spoken.language, person.zone), True
        return spoken

    def _keep_typed_language(self, session: Session, person: people.Person) -> None:
        with announce_turned_languages(session, [person], self._now()):
            person.typed_language = self.typed

    def _find_reply_of_same_click(self) -> ReplyOutcome | None:
        """Finds the reply to the same click of the same person, if all is as it has left it: the success again.

        A double click is two requests; the second finds that what it asks for is done, and is refused.
        """
        if self._route.reads or self._incoming.is_confidential or not self.team_id:
            return None
        with read_only_session(self._database) as session:
            return kept_replies.find_reply_of_same_act(session, self.team_id, self._incoming, now=self._now())

    def read_language(self) -> None:
        incoming = self._incoming
        with read_only_session(self._database) as session:
            _, known = people.find_workspace_with_people(
                session,
                team_id=incoming.team_id,
                enterprise_id=incoming.enterprise_id,
                user_ids=(incoming.user_id,),
            )
            self._speak_to(session, known.get(incoming.user_id))

    def write_notes(self, *, learns_language: bool, refused: tuple[int, Refused] | None) -> None:
        """The language of the words that were typed, for what Duet says by itself; that the first admin was here;
        what was refused, for *Ask them*. What cannot be kept now comes again.
        """
        team_id, user_id = self.team_id, self._incoming.user_id
        with suppress(DBAPIError), transaction(self._database) as session:
            person = people.find_person(session, team_id, user_id)
            if person is None:
                return
            if learns_language:
                self._keep_typed_language(session, person)
            if self.welcomes:
                welcome_first_admin(session, team_id=team_id, user_id=user_id)
            if refused is not None and self.actor is not None:
                thing, what = refused
                keep_refused(session, self.actor, thing, what, now=self._now())

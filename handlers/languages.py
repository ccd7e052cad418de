"""*In English* · *Po polsku*: settles which language is spoken to a person, which was guessed (product §15)."""

from dataclasses import replace

from sqlmodel import Session

from bot.home.rewriting import rewrite_messages
from bot.people.preferences import choose_language
from bot.ui.blocks import fit_message, section_block
from bot.ui.texts import Texts
from handlers.grammar import read_tokens
from handlers.requests import Handler, Reply, Request, reply_with_text


def handle_language_click(request: Request, session: Session) -> Reply:
    """Below a message that Duet writes anew itself, or in the Home tab."""
    _settle_language(request, session, request.value)
    return reply_with_text(Texts.of(request.value)("language.settled"))


def build_language_click_handler(say: Handler) -> Handler:
    """Makes the handler of the same button below an answer, which `say` gives once more in its place."""

    def handle_click(request: Request, session: Session) -> Reply:
        language, _, what = request.value.partition(":")
        _settle_language(request, session, language)
        t, args = Texts.of(language, request.t.zone), tuple(read_tokens(what))
        again = say(replace(request, t=t, args=args, value="", other_languages=()), session).message
        settled = t("language.settled")
        blocks = () if again is None else again.blocks
        return Reply(fit_message(settled, [section_block(settled), *blocks]), replaces=True)

    return handle_click


def _settle_language(request: Request, session: Session, language: str) -> None:
    choose_language(session, actor=request.actor, language=language)
    rewrite_messages(session, actor=request.actor, now=request.now)

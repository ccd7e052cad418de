"""What `/duet help` shows, and the answer to a word that is no command. Pure: facts → Block Kit."""

from functools import cache, lru_cache

from bot.people.views import language_offers
from bot.ui import blocks as ui
from bot.ui.clipping import clip_text
from bot.ui.components import render_section_message
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts

HELP_LINES = 12  # in one section, which takes 3,000 characters
SHOWN_GUESS = 120  # characters of a command that was probably meant


@lru_cache(maxsize=64)
def render_help_overview(t: Texts, commands: tuple[str, ...], *, others: tuple[str, ...] = ()) -> ui.Message:
    """All subcommands, the everyday ones first. `others`: languages that the person may prefer to a guess.

    The same for everybody who reads in that language, so it is written once.
    """
    text, lines = t("help.title"), [help_line(t, name) for name in commands]
    parts = [lines[at : at + HELP_LINES] for at in range(0, len(lines), HELP_LINES)]
    sections = [ui.section_block(Mrkdwn("\n").join(part)) for part in parts]
    more = ui.context_block(t("help.more", new=t("help.new.word")))
    return ui.fit_message(
        text, [ui.section_block(text), *sections, more, *language_offers(others, action="help.speak")]
    )


def render_unknown_word(t: Texts, word: str) -> ui.Message:
    """One line, and the help a click away."""
    return render_section_message(t("help.unknown", word=word), help_button(t))


def render_guess(
    t: Texts, *, word: str | None, meant: str, stamp: int | None, more: Mrkdwn | None = None
) -> ui.Message:
    """One line: the `word` that is not known, None of a sentence, and the whole command that was probably `meant`.

    `stamp`: by which the button runs it; None: it has to be typed. `more`: a sentence on what was meant.
    """
    meant = clip_text(meant.replace("`", "'"), SHOWN_GUESS)
    if stamp is None:
        return render_section_message(_say_meant(t, "meant_ending", word, meant), help_button(t))
    run = ui.button_element(t.plain("help.run_meant"), "guess.run", str(stamp), style="primary")
    said = _say_meant(t, "meant", word, meant)
    return render_section_message(said if more is None else Mrkdwn(" ").join([said, more]), run, help_button(t))


def _say_meant(t: Texts, key: str, word: str | None, meant: str) -> Mrkdwn:
    return t(f"help.sentence_{key}", meant=meant) if word is None else t(f"help.{key}", word=word, meant=meant)


def help_button(t: Texts) -> ui.Element:
    return ui.button_element(t.plain("help.open"), "help.open", "help")


@cache
def words_of_command(command: str, language: str) -> tuple[str, ...]:
    """What the command is called in a language, and what else people try there."""
    t = Texts.of(language)
    return t.plain(f"help.{command}.word"), *t.plain(f"help.{command}.aliases").split()


def render_help(t: Texts, command: str, *, more: Mrkdwn | None = None, others: tuple[str, ...] = ()) -> ui.Message:
    """What it does, examples, and what `more` there is to say of the word that was asked about.

    `others`: as of `render_help_overview`.
    """
    text = help_line(t, command)
    said = [text, t(f"help.{command}.usage"), *([] if more is None else [more])]
    offers = language_offers(others, action="help.speak", what=command)
    return ui.fit_message(text, [*map(ui.section_block, said), *offers])


def help_line(t: Texts, command: str) -> Mrkdwn:
    return t("help.line", name=t(f"help.{command}.word"), what=t(f"help.{command}.what"))

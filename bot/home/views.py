"""What `/duet` and `/duet help` show. Pure: facts → Block Kit."""

from collections.abc import Sequence

from bot import kit
from bot.kit import Message
from bot.people.views import language_offers
from bot.projects.rules import Side
from bot.projects.views import ProjectLine, line, side_question
from bot.register.views import Seen, offer_buttons, offer_line
from bot.texts import Mrkdwn, Texts


def start(
    t: Texts,
    *,
    to_sign: Sequence[tuple[ProjectLine, int]],
    to_answer: Sequence[tuple[ProjectLine, int]],
    to_send: Sequence[tuple[ProjectLine, int]],
    to_take_over: Sequence[tuple[Seen, str]],
    projects: Sequence[ProjectLine],
    count: int,
    owns: bool,
    asks_side: bool,
    side_asked: tuple[str, Side, str] | None,
    others: Sequence[str] = (),
) -> Message:
    """What waits for the person, then their projects, then the rest as buttons.

    `to_sign`: (project, request id); `to_answer`: (project, prompt id); `to_send`: (project, charter version);
    `to_take_over`: (asset, who offers it). `projects`: the newest of `count`. `owns`: anything in the register.
    `asks_side`: it is not known on which side the person works; `side_asked`: (the person, as whom, who says so).
    `others`: languages that the person may prefer to a guess.
    """
    blocks = [kit.section(t("home.waits"))]
    for project, request_id in to_sign:
        button = kit.button(
            t.plain("signing.read_and_sign"), f"signing.read:{request_id}", str(request_id), style="primary"
        )
        blocks.append(kit.section(t("home.to_sign", project=line(t, project)), accessory=button))
    for project, prompt_id in to_answer:
        button = kit.button(t.plain("checkin.answer"), f"checkin.answer:{prompt_id}", str(prompt_id))
        blocks.append(kit.section(t("home.to_answer", project=line(t, project)), accessory=button))
    for project, version in to_send:
        button = kit.button(t.plain("project.show"), f"project.show:{project.number}", str(project.number))
        blocks.append(kit.section(t("home.to_send", project=line(t, project), version=version), accessory=button))
    offers = [(offer_line(t, asset, by=by, asks_side=asks_side), asset) for asset, by in to_take_over]
    for text, asset in offers:
        buttons = offer_buttons(t, asset.asset_id, asset.kind, asks_side=asks_side, who=asset.offered_to)
        blocks += [kit.section(text), kit.actions(*buttons)]
    if side_asked is not None:
        who, side, by = side_asked
        blocks += side_question(t, who, side, by=by).blocks
    if not (to_sign or to_answer or to_send or to_take_over or side_asked):
        blocks.append(kit.section(t("home.nothing_waits")))
    blocks += [kit.divider(), kit.section(t("home.projects", n=count) if count else t("home.no_projects"))]
    for project in projects:
        button = kit.button(t.plain("project.show"), f"project.show:{project.number}", str(project.number))
        blocks.append(kit.section(line(t, project), accessory=button))
    blocks.append(kit.actions(*_everything_else(t, count, owns=owns)))
    blocks += language_offers(others)
    waiting = [line(t, project) for project, _ in (*to_sign, *to_answer, *to_send)] + [text for text, _ in offers]
    text = Mrkdwn("\n").join([t("home.waits"), *(waiting or [t("home.nothing_waits")])])
    return kit.fit(text, blocks)


def help_overview(
    t: Texts,
    commands: Sequence[str],
    *,
    word: str | None = None,
    meant: str | None = None,
    others: Sequence[str] = (),
) -> Message:
    """All subcommands, the everyday ones first; above them what an unknown word was probably meant to be.

    `others`: languages that the person may prefer to a guess.
    """
    blocks = []
    text = t("help.title")
    if word is not None:
        text = (
            t("help.unknown", word=word)
            if meant is None
            else t("help.meant", word=word, meant=t(f"help.{meant}.word"))
        )
        blocks.append(kit.section(text))
    blocks.append(kit.section(t("help.title")))
    lines = [_line(t, name) for name in commands]
    blocks.append(kit.section(Mrkdwn("\n").join(lines)))
    blocks.append(kit.context(t("help.more", new=t("help.new.word"))))
    blocks += language_offers(others)
    return kit.fit(text, blocks)


def words_of(command: str, language: str) -> list[str]:
    """What the command is called in a language, and what else people try there."""
    t = Texts.of(language)
    return [t.plain(f"help.{command}.word"), *t.plain(f"help.{command}.aliases").split()]


def help_for(t: Texts, command: str) -> Message:
    """What it does, and examples."""
    text = _line(t, command)
    return kit.fit(text, [kit.section(text), kit.section(t(f"help.{command}.usage"))])


def _line(t: Texts, command: str) -> Mrkdwn:
    return t("help.line", name=t(f"help.{command}.word"), what=t(f"help.{command}.what"))


def _everything_else(t: Texts, count: int, *, owns: bool) -> list[kit.Element]:
    buttons = [kit.button(t.plain("charter.form.open"), "charter.new", "new", style="primary")]
    if count:
        buttons.append(kit.button(t.plain("project.all"), "project.page:1", "mine:1"))
    if owns:
        buttons.append(kit.button(t.plain("register.mine"), "register.mine", "1"))
    buttons.append(kit.button(t.plain("settings.open"), "settings.open", "me"))
    buttons.append(kit.button(t.plain("help.open"), "help.open", "help"))
    return buttons

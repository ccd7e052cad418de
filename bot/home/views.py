"""What `/duet` and `/duet help` show. Pure: facts → Block Kit."""

from collections.abc import Sequence

from bot.asks.views import AskView, open_ask_button, shorten_ask
from bot.funding.entry_views import EntryView, entry_lines
from bot.parsing.money import Amount
from bot.people.views import language_offers
from bot.projects.rules import Side
from bot.projects.views import ProjectLine, project_line, render_side_question
from bot.register.views import AssetView, offer_buttons, offer_line
from bot.ui import blocks as ui
from bot.ui.clipping import clip_text
from bot.ui.components import item_button, project_heading, render_section_message
from bot.ui.texts import Mrkdwn, Texts

HELP_LINES = 12  # in one section, which takes 3,000 characters
SHOWN_GUESS = 120  # characters of a command that was probably meant


def render_home(
    t: Texts,
    *,
    to_sign: Sequence[tuple[ProjectLine, int]],
    to_answer: Sequence[tuple[ProjectLine, int]],
    to_confirm: Sequence[ui.Message],
    asks: Sequence[AskView],
    to_send: Sequence[tuple[ProjectLine, int]],
    to_look_back: Sequence[tuple[ProjectLine, int]],
    to_take_over: Sequence[tuple[AssetView, str]],
    to_say: Sequence[ProjectLine],
    to_agree: Sequence[tuple[ProjectLine, EntryView]],
    to_cover: Sequence[tuple[ProjectLine, int, Amount]],
    projects: Sequence[ProjectLine],
    count: int,
    owns: bool,
    asks_side: bool,
    side_asked: tuple[str, Side, str] | None,
    others: Sequence[str] = (),
    is_said: bool = False,
) -> ui.Message:
    """What waits for the person, then their projects, then the rest as buttons.

    `to_say`: projects that ask about the other side.
    `to_sign`: (project, request id); `to_answer`: (project, prompt id); `to_send`: (project, charter version);
    `to_confirm`: requests to confirm the start or the return of a stay;
    `to_look_back`: (project, its id);
    `to_agree`: (project, value in kind of the other side); `to_cover`: (project, its id, what is not covered);
    `asks`: those that need an answer;
    `to_take_over`: (asset, who offers it). `projects`: the newest of `count`. `owns`: anything in the register.
    `asks_side`: it is not known on which side the person works; `side_asked`: (the person, as whom, who says so).
    `others`: languages that the person may prefer to a guess. `is_said`: in answer to words that are no command.
    """
    blocks = [ui.context_block(t("home.typed"))] if is_said else []
    blocks.append(ui.section_block(t("home.waits")))
    for project, request_id in to_sign:
        button = item_button(t, "signing.read_and_sign", "signing.read", request_id, style="primary")
        blocks.append(ui.section_block(t("home.to_sign", project=project_line(t, project)), accessory=button))
    for project, prompt_id in to_answer:
        button = item_button(t, "checkin.answer", "checkin.answer", prompt_id)
        blocks.append(ui.section_block(t("home.to_answer", project=project_line(t, project)), accessory=button))
    for request in to_confirm:
        blocks += request.blocks
    for project in to_say:
        button = item_button(t, "pulse.answer", "pulse.show", project.number)
        blocks.append(ui.section_block(t("home.to_say", project=project_line(t, project)), accessory=button))
    money = _list_money_lines(t, to_agree, to_cover)
    blocks += [ui.section_block(line, accessory=button) for line, button in money]
    blocks += [ui.section_block(_ask_line(t, each), accessory=open_ask_button(t, each)) for each in asks]
    for project, version in to_send:
        button = item_button(t, "project.show", "project.show", project.number)
        blocks.append(
            ui.section_block(t("home.to_send", project=project_line(t, project), version=version), accessory=button)
        )
    for project, project_id in to_look_back:
        button = item_button(t, "closing.retrospective", "closing.retrospective", project_id)
        blocks.append(ui.section_block(t("home.to_look_back", project=project_line(t, project)), accessory=button))
    offers = [(offer_line(t, asset, by=by, asks_side=asks_side), asset) for asset, by in to_take_over]
    for text, asset in offers:
        buttons = offer_buttons(t, asset.asset_id, asset.kind, asks_side=asks_side, who=asset.offered_to)
        blocks += [ui.section_block(text), ui.actions_block(*buttons)]
    if side_asked is not None:
        who, side, by = side_asked
        blocks += render_side_question(t, who, side, by=by).blocks
    asking = (to_sign, to_answer, to_confirm, to_say, money, asks, to_send, to_look_back, to_take_over, side_asked)
    if not any(asking):
        blocks.append(ui.section_block(t("home.nothing_waits")))
    blocks += [
        ui.divider_block(),
        ui.section_block(t("home.projects", n=count) if count else t("home.no_projects")),
    ]
    for project in projects:
        button = item_button(t, "project.show", "project.show", project.number)
        blocks.append(ui.section_block(project_line(t, project), accessory=button))
    blocks.append(ui.actions_block(*_home_buttons(t, count, owns=owns)))
    blocks += language_offers(others)
    waiting = [project_line(t, project) for project, _ in (*to_sign, *to_answer, *to_send, *to_look_back)]
    waiting += [Mrkdwn(request.text) for request in to_confirm]
    waiting += [project_line(t, project) for project in to_say]
    waiting += [line for line, _ in money]
    waiting += [*(_ask_line(t, each) for each in asks), *(text for text, _ in offers)]
    text = Mrkdwn("\n").join([t("home.waits"), *(waiting or [t("home.nothing_waits")])])
    return ui.fit_message(text, blocks)


def _list_money_lines(
    t: Texts,
    to_agree: Sequence[tuple[ProjectLine, EntryView]],
    to_cover: Sequence[tuple[ProjectLine, int, Amount]],
) -> list[tuple[Mrkdwn, ui.Element]]:
    """(what waits, the button that opens or answers it)."""
    agreeing = [
        (
            t("home.to_agree", project=project_line(t, project), entry=entry_lines(t, entry)),
            item_button(t, "ledger.button.agree", "ledger.agree", entry.entry_id),
        )
        for project, entry in to_agree
    ]
    covering = [
        (
            t("home.to_cover", project=project_line(t, project), amount=amount),
            item_button(t, "ledger.open", "ledger.open", project_id),
        )
        for project, project_id, amount in to_cover
    ]
    return agreeing + covering


def _ask_line(t: Texts, ask: AskView) -> Mrkdwn:
    return t("home.to_ask", project=project_heading(ask.key, ask.name), text=shorten_ask(ask.text))


def render_help_overview(t: Texts, commands: Sequence[str], *, others: Sequence[str] = ()) -> ui.Message:
    """All subcommands, the everyday ones first. `others`: languages that the person may prefer to a guess."""
    text, lines = t("help.title"), [_help_line(t, name) for name in commands]
    parts = [lines[at : at + HELP_LINES] for at in range(0, len(lines), HELP_LINES)]
    sections = [ui.section_block(Mrkdwn("\n").join(part)) for part in parts]
    more = ui.context_block(t("help.more", new=t("help.new.word")))
    return ui.fit_message(text, [ui.section_block(text), *sections, more, *language_offers(others)])


def render_unknown_word(t: Texts, word: str) -> ui.Message:
    """One line, and the help a click away."""
    return render_section_message(t("help.unknown", word=word), help_button(t))


def render_guess(t: Texts, *, word: str, meant: str, stamp: int | None) -> ui.Message:
    """One line: the `word` that is not known, and the whole command that was probably `meant`.

    `stamp`: by which the button runs it; None: it has to be typed.
    """
    meant = clip_text(meant.replace("`", "'"), SHOWN_GUESS)
    if stamp is None:
        return render_section_message(t("help.meant_ending", word=word, meant=meant), help_button(t))
    run = ui.button_element(t.plain("help.run_meant"), "guess.run", str(stamp), style="primary")
    return render_section_message(t("help.meant", word=word, meant=meant), run, help_button(t))


def help_button(t: Texts) -> ui.Element:
    return ui.button_element(t.plain("help.open"), "help.open", "help")


def words_of_command(command: str, language: str) -> list[str]:
    """What the command is called in a language, and what else people try there."""
    t = Texts.of(language)
    return [t.plain(f"help.{command}.word"), *t.plain(f"help.{command}.aliases").split()]


def render_help(t: Texts, command: str) -> ui.Message:
    """What it does, and examples."""
    text = _help_line(t, command)
    return ui.fit_message(text, map(ui.section_block, [text, t(f"help.{command}.usage")]))


def _help_line(t: Texts, command: str) -> Mrkdwn:
    return t("help.line", name=t(f"help.{command}.word"), what=t(f"help.{command}.what"))


def _home_buttons(t: Texts, count: int, *, owns: bool) -> list[ui.Element]:
    buttons = [ui.button_element(t.plain("charter.form.open"), "charter.new", "new", style="primary")]
    if count:
        buttons.append(ui.button_element(t.plain("project.all"), "project.page:1", "mine:1"))
    if owns:
        buttons.append(ui.button_element(t.plain("register.mine"), "register.mine", "1"))
    buttons.append(ui.button_element(t.plain("settings.open"), "settings.open", "me"))
    buttons.append(help_button(t))
    return buttons

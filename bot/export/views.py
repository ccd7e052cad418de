"""What is said about files. Pure: facts → Block Kit."""

from bot.export.rules import Format
from bot.ui import blocks as ui
from bot.ui.components import project_heading, render_section_message
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts

PDF = "pdf"


def render_export_on_its_way(t: Texts, *, key: str, format_: Format, is_csv: bool) -> ui.Message:
    """`is_csv`: that was asked for, which each spreadsheet reads in another way."""
    said = t("export.on_its_way", key=key, format=format_.value)
    return render_section_message(Mrkdwn(" ").join([t("export.not_csv"), said]) if is_csv else said)


def render_person_export_on_its_way(t: Texts) -> ui.Message:
    return render_section_message(t("export.me.on_its_way"))


def render_export_refusal(t: Texts, project: tuple[str, str] | None, *, why: str, reference: str) -> ui.Message:
    """`project`: key and name; None for a file about its reader. `why`: a text."""
    what = t("export.of_you") if project is None else t("export.of_project", project=project_heading(*project))
    return render_section_message(t("export.refused", what=what, why=t(why, reference=reference)))


def render_format_choice(t: Texts, *, key: str, project_id: int, unmade: str | None = None) -> ui.Message:
    """Which kind of file? `unmade`: the ending that was asked for, of files that Duet does not make."""
    text = t("export.which", key=key)
    if unmade is not None:
        why = t("export.not_pdf") if unmade == PDF else t("export.not_made", ending=unmade)
        text = Mrkdwn(" ").join([why, text])
    buttons = [ui.button_element(t.plain(f"export.{each}"), f"export.{each}", str(project_id)) for each in Format]
    return render_section_message(text, *buttons)

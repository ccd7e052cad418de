"""What is said about files. Pure: facts → Block Kit."""

from bot import kit
from bot.charter.views import bold_heading
from bot.export.rules import Format
from bot.kit import Message
from bot.signing.views import one
from bot.texts import Texts


def on_its_way(t: Texts, *, key: str, format_: Format) -> Message:
    return one(t("export.on_its_way", key=key, format=format_.value))


def export_refused(t: Texts, project: tuple[str, str] | None, *, why: str, reference: str) -> Message:
    """`project`: key and name; None for a file about its reader. `why`: a text."""
    what = t("export.of_you") if project is None else t("export.of_project", project=bold_heading(*project))
    return one(t("export.refused", what=what, why=t(why, reference=reference)))


def formats(t: Texts, *, key: str, project_id: int) -> Message:
    """Which kind of file?"""
    text = t("export.which", key=key)
    buttons = [kit.button(t.plain(f"export.{each}"), f"export.{each}", str(project_id)) for each in Format]
    return kit.fit(text, [kit.section(text), kit.actions(*buttons)])

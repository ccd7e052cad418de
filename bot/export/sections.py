"""The file's sections, as the features declare them, and the log of all of them."""

from typing import Any, Final

from sqlmodel import Session

from bot.projects.export_sections import Reader, Section, list_log_rows, reads_log, sections_of

SECTIONS: Final = (Section("log", ("audit_log",), list_log_rows, reads_log, is_log=True),)


def gather_sections(session: Session, reader: Reader) -> dict[str, Any]:
    """By section, what the reader may have. People are Slack ids."""
    return {each.name: each.rows(session, reader) for each in sections_of(session) if each.may(session, reader)}

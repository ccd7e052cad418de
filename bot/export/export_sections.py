"""The log in the project's files, for leads and executives (product §14)."""

from datetime import datetime
from typing import Annotated, Final

from sqlmodel import Session

from bot.card.log_sentences import read_log_sentence
from bot.projects.export_sections import (
    ColumnMark,
    FileRow,
    LogRow,
    MaybePersonId,
    Reader,
    Section,
    Sheet,
    list_log_rows,
    reads_log,
)


class LogSentence(FileRow):
    at: datetime
    by: MaybePersonId
    what: Annotated[str, ColumnMark.MARKUP]


def list_log_sentences(session: Session, reader: Reader) -> list[LogSentence]:
    """The log in words; without what another version of Duet has written."""
    t, entries = reader.t.without_marks(), list_log_rows(session, reader)
    said = [(each, read_log_sentence(t, each.action, each.before, each.after)) for each in entries]
    return [LogSentence(at=each.at, by=each.by, what=what) for each, what in said if what is not None]


SECTIONS: Final = (Section("log", ("audit_log",), LogRow, list_log_rows, reads_log),)
SHEETS: Final = (Sheet("log", LogSentence, list_log_sentences, reads_log),)

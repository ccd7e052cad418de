"""`duet deliveries`: what Slack has not taken, and what becomes of it."""

from typing import Annotated

import typer

from bot.command_line.terminal import open_database_to_maintain, print_text

deliveries = typer.Typer(help="What Slack has not taken.", no_args_is_help=True)
DeliveryIds = Annotated[list[int], typer.Argument(help="As `duet deliveries list` names them.", show_default=False)]


@deliveries.command("list")
def list_deliveries() -> None:
    """What is parked: it is sent by nobody until you say so. In a line each, without what it says."""
    from storage.deliveries import list_parked_deliveries_with_lanes
    from storage.session import read_only_session

    with open_database_to_maintain() as database, read_only_session(database) as session:
        found = list_parked_deliveries_with_lanes(session)
        for row, lane in found:
            print_text(f"{row.id}  {row.team_id}  {lane}  {row.kind}  {row.last_error}  {row.sent_at or '-'}")
        print_text(f"{len(found)} parked.")


@deliveries.command("retry")
def retry_deliveries(numbers: DeliveryIds) -> None:
    """Let parked ones try again; Duet may be running."""
    from storage.delivery_retries import retry_parked_deliveries
    from storage.session import transaction

    with open_database_to_maintain() as database, transaction(database) as session:
        _report_count(retry_parked_deliveries(session, numbers), len(numbers), "tried again")


@deliveries.command("discard")
def discard_deliveries(numbers: DeliveryIds) -> None:
    """Give parked ones up for good, and erase what they say; Duet may be running."""
    from storage.delivery_retries import discard_parked_deliveries
    from storage.session import transaction

    with open_database_to_maintain() as database, transaction(database) as session:
        _report_count(discard_parked_deliveries(session, numbers), len(numbers), "discarded")


def _report_count(count: int, wanted: int, done: str) -> None:
    print_text(f"{count} of {wanted} will be {done}." if done == "tried again" else f"{count} of {wanted} {done}.")

"""views.*: modals and Home."""

from playground import shapes
from playground.errors import SlackError
from playground.methods.call import TIER_4, Call, method
from playground.modals import MOST_STACKED, make_view, renew
from playground.world import Json, View


@method("views.open", TIER_4)
def open_view(call: Call) -> Json:
    body = _modal(call)
    _check_external_id(call, body)
    interaction = call.core.interactions.exchange(call.team, call.required("trigger_id"))
    view = make_view(call.world, interaction.person.id, body)
    call.team.stacks[interaction.person.id] = [view]
    interaction.views.append(view.id)
    return _answer(call, view)


@method("views.push", TIER_4)
def push_view(call: Call) -> Json:
    body = _modal(call)
    _check_external_id(call, body)
    interaction = call.core.interactions.get(call.text("trigger_id"))
    stack = call.team.stacks.get(interaction.person.id, []) if interaction else []
    if interaction is not None and not stack:
        raise SlackError("not_found")
    if len(stack) >= MOST_STACKED:
        raise SlackError("push_limit_reached")
    interaction = call.core.interactions.exchange(call.team, call.required("trigger_id"))
    view = make_view(call.world, interaction.person.id, body, below=stack[-1])
    stack.append(view)
    interaction.views.append(view.id)
    return _answer(call, view)


@method("views.update", TIER_4)
def update_view(call: Call) -> Json:
    body = _modal(call)
    view = _find(call)
    _check_hash(call, view)
    if body.get("external_id") != view.body.get("external_id"):
        _check_external_id(call, body)
    renew(call.world, view, body)
    return _answer(call, view)


@method("views.publish", TIER_4)
def publish_view(call: Call) -> Json:
    if not call.world.app.home_tab:
        raise SlackError("not_enabled")
    body = call.core.gate.view(call.method, call.args.get("view"))
    if body["type"] != "home":
        raise call.invalid("views.publish takes a view of type home")
    person = call.person(call.required("user_id"))
    view = call.team.homes.get(person.id)
    if view is None:
        view = call.team.homes[person.id] = make_view(call.world, person.id, body)
    else:
        _check_hash(call, view)
        renew(call.world, view, body)
    return _answer(call, view)


def _modal(call: Call) -> Json:
    body = call.core.gate.view(call.method, call.args.get("view"))
    if body["type"] != "modal":
        raise call.invalid(f"{call.method} takes a view of type modal")
    return body


def _find(call: Call) -> View:
    if call.text("view_id"):
        view = call.team.view(call.text("view_id"))
    else:
        view = _by_external_id(call, call.required("external_id"))
    if view is None:
        raise SlackError("not_found")
    return view


def _by_external_id(call: Call, external_id: str) -> View | None:
    stacked = (view for stack in call.team.stacks.values() for view in stack)
    return next((view for view in stacked if view.body.get("external_id") == external_id), None)


def _check_external_id(call: Call, body: Json) -> None:
    external_id = body.get("external_id")
    if external_id and _by_external_id(call, external_id):
        raise SlackError("duplicate_external_id")


def _check_hash(call: Call, view: View) -> None:
    if call.text("hash") and call.text("hash") != view.hash:
        raise SlackError("hash_conflict")


def _answer(call: Call, view: View) -> Json:
    call.world.changes.announce()
    return {"view": shapes.view(call.world, call.team, view)}

"""views.*: modals and Home."""

from playground import shapes
from playground.errors import ApiError
from playground.methods.call import TIER_4, Call, register_method
from playground.modals import MOST_STACKED, make_view, renew_view
from playground.world import Json, View


@register_method("views.open", TIER_4)
def open_view(call: Call) -> Json:
    body = _read_view(call)
    _check_external_id(call, body)
    interaction = call.core.interactions.exchange(call.team, call.required("trigger_id"))
    view = make_view(call.world, interaction.person.id, body)
    call.team.stacks[interaction.person.id] = [view]
    interaction.views.append(view.id)
    return _build_view_answer(call, view)


@register_method("views.push", TIER_4)
def push_view(call: Call) -> Json:
    body = _read_view(call)
    _check_external_id(call, body)
    interaction = call.core.interactions.get(call.text("trigger_id"))
    stack = call.team.stacks.get(interaction.person.id, []) if interaction else []
    if interaction is not None and not stack:
        raise ApiError("not_found")
    if len(stack) >= MOST_STACKED:
        raise ApiError("push_limit_reached")
    interaction = call.core.interactions.exchange(call.team, call.required("trigger_id"))
    view = make_view(call.world, interaction.person.id, body, below=stack[-1])
    stack.append(view)
    interaction.views.append(view.id)
    return _build_view_answer(call, view)


@register_method("views.update", TIER_4)
def update_view(call: Call) -> Json:
    body = _read_view(call)
    view = _find_view(call)
    _check_hash(call, view)
    if body.get("external_id") != view.body.get("external_id"):
        _check_external_id(call, body)
    renew_view(call.world, view, body)
    return _build_view_answer(call, view)


@register_method("views.publish", TIER_4)
def publish_view(call: Call) -> Json:
    if not call.world.app.home_tab:
        raise ApiError("not_enabled")
    body = _read_view(call, "home")
    person = call.person(call.required("user_id"))
    view = call.team.homes.get(person.id)
    if view is None:
        view = call.team.homes[person.id] = make_view(call.world, person.id, body)
    else:
        _check_hash(call, view)
        renew_view(call.world, view, body)
    return _build_view_answer(call, view)


def _read_view(call: Call, kind: str = "modal") -> Json:
    body = call.core.gate.view(call.method, call.args.get("view"))
    if body["type"] != kind:
        raise call.invalid(f"{call.method} takes a view of type {kind}")
    return body


def _find_view(call: Call) -> View:
    if call.text("view_id"):
        view = call.team.view(call.text("view_id"))
    else:
        view = _find_by_external_id(call, call.required("external_id"))
    if view is None:
        raise ApiError("not_found")
    return view


def _find_by_external_id(call: Call, external_id: str) -> View | None:
    stacked = (view for stack in call.team.stacks.values() for view in stack)
    return next((view for view in stacked if view.body.get("external_id") == external_id), None)


def _check_external_id(call: Call, body: Json) -> None:
    external_id = body.get("external_id")
    if external_id and _find_by_external_id(call, external_id):
        raise ApiError("duplicate_external_id")


def _check_hash(call: Call, view: View) -> None:
    if call.text("hash") and call.text("hash") != view.hash:
        raise ApiError("hash_conflict")


def _build_view_answer(call: Call, view: View) -> Json:
    call.world.changes.announce()
    return {"view": shapes.shape_view(call.team, view)}

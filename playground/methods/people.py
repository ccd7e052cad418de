"""auth.test and users.info."""

from playground import shapes
from playground.errors import ApiError
from playground.methods.call import SPECIAL, TIER_4, Call, register_method
from playground.world import Json


@register_method("auth.test", SPECIAL)
def auth_test(call: Call) -> Json:
    team = call.team
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": team.bot_user.handle,
        "team_id": team.id,
        "user_id": team.bot_user.id,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }


@register_method("users.info", TIER_4, "users:read")
def users_info(call: Call) -> Json:
    person = call.person(call.required("user"))
    if person.is_stranger and not any(
        {person.id, call.bot} <= set(each.members) for each in call.team.channels.values()
    ):
        raise ApiError("user_not_visible")
    return {"user": shapes.shape_user(person, locale=call.flag("include_locale"))}

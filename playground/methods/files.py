"""The three steps of an upload; the middle one is a plain POST to the URL of the first."""

from playground.errors import ApiError
from playground.methods.call import TIER_4, Call, register_method
from playground.world import Json, Message


@register_method("files.getUploadURLExternal", TIER_4, "files:write")
def get_upload_url(call: Call) -> Json:
    name, length = call.required("filename"), call.number("length", 0)
    if length <= 0:
        raise call.invalid("length must be positive")
    file = call.world.add_file(call.team, name, length)
    return {"upload_url": f"{call.core.base_url}/upload/{file.id}/{file.key}", "file_id": file.id}


@register_method("files.completeUploadExternal", TIER_4, "files:write")
def complete_upload(call: Call) -> Json:
    listed = call.decoded("files")
    if not isinstance(listed, list) or not listed:
        raise call.invalid("files must be a list of {id, title}")
    done = []
    for each in listed:
        file = call.world.files.get(str(each.get("id")))
        if file is None or file.team_id != call.team.id or file.content is None:
            raise ApiError("file_not_found")
        file.title = each.get("title") or file.name
        done.append({"id": file.id, "name": file.name, "title": file.title, "size": len(file.content)})
    if call.text("channel_id"):
        channel = call.member_channel("channel_id")
        message = Message(
            ts=call.world.next_ts(),
            user=call.team.bot_user.id,
            text=call.text("initial_comment"),
            bot_id=call.team.bot_id,
            thread_ts=call.text("thread_ts") or None,
            files=done,
        )
        call.world.post(channel, message)
    return {"files": done}

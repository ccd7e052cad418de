"""The three steps of an upload, of which the middle one is a plain POST to the URL of the first; and deleting."""

from playground.errors import ApiError
from playground.methods.call import TIER_3, TIER_4, Call, register_method
from playground.world import Json


@register_method("files.getUploadURLExternal", TIER_4, "files:write")
def get_upload_url(call: Call) -> Json:
    name, length = call.required("filename"), call.number("length", 0)
    if length <= 0:
        raise call.invalid("length must be positive")
    file = call.world.add_file(call.team, name, length)
    return {"upload_url": f"{call.core.url}/upload/{file.id}/{file.key}", "file_id": file.id}


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
        channel, thread = call.member_channel("channel_id"), call.text("thread_ts") or None
        call.world.post_as_app(call.team, channel, call.text("initial_comment"), [], thread_ts=thread, files=done)
    return {"files": done}


@register_method("files.delete", TIER_3, "files:write")
def delete_file(call: Call) -> Json:
    """Its message stays, and says that there was a file."""
    file = call.world.files.get(call.required("file"))
    if file is None or file.team_id != call.team.id:
        raise ApiError("file_not_found")
    if file.is_deleted:
        raise ApiError("file_deleted")
    file.content, file.title, file.is_deleted = None, "", True
    for channel in call.team.channels.values():
        for message in channel.messages.values():
            message.files = [
                {"id": each["id"], "mode": "tombstone"} if each["id"] == file.id else each for each in message.files
            ]
    call.world.changes.announce()
    return {}

"""What Slack's error codes mean, classified once: by who can do something about them.

Source: the pages of the methods in Slack's documentation; `playground/refusals.py` has them method by method.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from storage.deliveries import GAVE_UP

# Our own codes, which stand in the table below as well.
SHARED = "shared_with_others"  # another company reads the channel
PUBLIC = "channel_is_public"
BY_HAND = "by_hand"  # somebody has to do what Duet may not
NOT_THEIRS = "not_theirs"  # whoever asked for a file may not have it any more


class DeliveryRefusal(StrEnum):
    """What a delivery that came to nothing says about the world."""

    OURS = "ours"  # we sent what Slack does not take, or our own code failed; and every code that stands nowhere
    CHANNEL_GONE = "channel_gone"  # archived, deleted, or Duet is not inside; of a person: no conversation
    RESTRICTED = "restricted"  # a setting of the channel or the workspace forbids it to Duet
    NOT_OURS = "not_ours"  # others read there: another company, or everybody internal
    FORBIDDEN = "forbidden"  # Duet's installation lacks the right, for all that it does
    PERSON_GONE = "person_gone"  # deactivated, unknown, out of sight
    NO_DIRECT_MESSAGES = "no_direct_messages"  # of the whole workspace, until somebody turns the tab on
    NO_HOME = "no_home"  # the same of the Home tab
    NOT_ADMITTED = "not_admitted"  # Duet may not let this person in, or take them out
    NOT_CREATED = "not_created"  # this channel cannot be made
    NOT_ARCHIVED = "not_archived"
    NOT_PINNED = "not_pinned"
    FILE_REFUSED = "file_refused"
    MESSAGE_GONE = "message_gone"  # it cannot be edited, pinned or replied to any more, or is another one
    GAVE_UP = "gave_up"  # Slack was in trouble for a whole day


def _split_codes(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CODES = """
ours
    alt_txt_too_large as_user_not_supported attachment_payload_limit_exceeded bad_timestamp block_mismatch
    cant_broadcast_message cant_kick_self canvas_disabled_user_team channels_limit_exceeded deprecated_endpoint
    draft_already_deleted draft_already_sent draft_has_conflict draft_not_found duplicate_channel_not_found
    duplicate_external_id duplicate_message_not_found file_deleted file_is_deleted file_not_found
    file_not_shared invalid_arg_name invalid_arguments invalid_array_arg invalid_attachments invalid_blocks
    invalid_blocks_format invalid_charset invalid_cursor invalid_form_data invalid_limit invalid_metadata_format
    invalid_metadata_schema invalid_name invalid_name_maxlength invalid_name_punctuation invalid_name_required
    invalid_name_specials invalid_post_type invalid_ts_latest invalid_ts_oldest invalid_types
    markdown_text_conflict max_file_sharing_exceeded metadata_must_be_sent_from_app metadata_too_large
    method_deprecated missing_argument missing_file_data missing_post_type missing_profile_id
    msg_blocks_too_long msg_too_long no_channel no_dual_broadcast_content_update no_item_specified no_text
    no_user not_enough_users not_implemented send_on_behalf_not_allowed snippet_too_large
    streaming_state_conflict too_many_attachments too_many_contact_cards too_many_users unable_to_share_files
    unknown_method unknown_snippet_type unknown_subtype users_list_not_supplied view_too_large
channel_gone
    channel_not_found invalid_channel is_archived is_inactive method_not_supported_for_channel_type
    not_in_channel
restricted
    compliance_exports_prevent_deletion permission_denied posting_to_channel_denied restricted_action
    restricted_action_read_only_channel restricted_action_thread_only_channel
    slack_connect_blocked_file_type slack_connect_canvas_sharing_blocked slack_connect_clip_sharing_blocked
    slack_connect_file_link_sharing_blocked slack_connect_file_upload_sharing_blocked
    slack_connect_lists_sharing_blocked
not_ours
    channel_is_public shared_with_others
forbidden
    access_denied accesslimited ekm_access_denied enterprise_is_restricted is_bot missing_scope no_permission
    not_allowed_token_type team_access_not_granted team_not_found two_factor_setup_required
    user_is_external_guest
person_gone
    app_access_restricted cannot_dm_bot invalid_user_combination user_disabled user_not_found user_not_visible
    users_not_found
no_direct_messages
    messages_tab_disabled
no_home
    not_enabled
not_admitted
    app_cannot_join_channel by_hand cant_invite cant_kick_from_general failed_for_some_users
    invitee_cant_see_channel no_external_invite_permission not_supported org_user_not_in_team ura_max_channels
    user_is_bot user_is_restricted user_is_ultra_restricted
not_created
    cannot_create_channel name_taken too_many_convos_for_app_on_team too_many_convos_for_team
not_archived
    cant_archive_general cant_archive_required
not_pinned
    not_pinnable too_many_pins
file_refused
    blocked_file_type cant_delete_file delete_not_allowed file_deleting_disabled file_share_limit_reached
    file_type_not_allowed file_upload_size_restricted file_uploads_disabled file_uploads_except_images_disabled
    not_theirs storage_limit_reached
message_gone
    cannot_reply_to_message cant_delete_message cant_update_message edit_window_closed hash_conflict
    message_not_found restricted_action_non_threadable_channel restricted_action_thread_locked thread_not_found
"""
CODES: Mapping[DeliveryRefusal, frozenset[str]] = {
    DeliveryRefusal(name): _split_codes(codes)
    for name, codes in re.findall(r"^(\w+)\n((?: .*\n)+)", _CODES, re.MULTILINE)
}
_BY_CODE = {code: refusal for refusal, codes in CODES.items() for code in codes}

CONTENT = _split_codes(
    "block_mismatch invalid_arguments invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long no_text"
)
DONE = _split_codes("already_archived already_in_channel already_pinned cant_invite_self")  # somebody was first
NO_FILE = _split_codes("file_deleted file_not_found")  # to whoever deletes one, it is done
LATER = frozenset({"external_channel_migrating", "fetch_members_failed"})  # nothing happened, and later it may
PASSING = _split_codes(
    "fatal_error file_update_failed internal_error request_timeout service_unavailable team_added_to_org"
    " update_failed"
)
LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
REVOKED = _split_codes("account_inactive invalid_auth not_authed org_login_required token_expired token_revoked")

# Another place or another day may do.
OF_PLACE = frozenset({DeliveryRefusal.CHANNEL_GONE, DeliveryRefusal.RESTRICTED, DeliveryRefusal.NOT_OURS})
# Whoever runs Duet mends it, and starts it.
FOR_OPERATOR = frozenset({DeliveryRefusal.FORBIDDEN, DeliveryRefusal.NO_DIRECT_MESSAGES, DeliveryRefusal.NO_HOME})
_OF_ANY_CALL = frozenset({DeliveryRefusal.OURS, DeliveryRefusal.FORBIDDEN, DeliveryRefusal.GAVE_UP})
_OF_METHOD: Mapping[str, str] = {
    "chat.postMessage": "channel_gone message_gone no_direct_messages person_gone restricted",
    "chat.update": "channel_gone message_gone restricted",
    "chat.delete": "channel_gone message_gone restricted",
    "conversations.open": "channel_gone person_gone restricted",
    "conversations.info": "channel_gone not_ours",
    "conversations.members": "channel_gone",
    "conversations.history": "channel_gone",
    "conversations.replies": "channel_gone message_gone",
    "conversations.create": "not_created restricted",
    "conversations.list": "",
    "conversations.invite": "channel_gone not_admitted person_gone restricted",
    "conversations.kick": "channel_gone not_admitted person_gone restricted",
    "conversations.archive": "channel_gone not_archived restricted",
    "pins.add": "channel_gone message_gone not_pinned restricted",
    "files.getUploadURLExternal": "file_refused",
    "files.completeUploadExternal": "channel_gone file_refused restricted",
    "files.delete": "file_refused",
    "views.publish": "message_gone no_home",
}


def refusal_of(code: str) -> DeliveryRefusal:
    """What the error of a parked delivery means: Slack's code, or one of our own."""
    if code.startswith(GAVE_UP):
        return DeliveryRefusal.GAVE_UP
    return _BY_CODE.get(code, DeliveryRefusal.OURS)


def is_known_code(code: str) -> bool:
    """Whether the code stands in Slack's documentation, as far as we have read it."""
    return code in _BY_CODE


def possible_refusals(methods: Iterable[str]) -> frozenset[DeliveryRefusal]:
    """How calls of these methods may end. Raises: KeyError for a method that stands nowhere."""
    return _OF_ANY_CALL.union(DeliveryRefusal(name) for method in methods for name in _OF_METHOD[method].split())


def codes_of(refusals: Iterable[DeliveryRefusal]) -> frozenset[str]:
    return frozenset[str]().union(*(CODES[refusal] for refusal in refusals))

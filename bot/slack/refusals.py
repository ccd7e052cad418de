"""What Slack's error codes mean, classified once: by who can do something about them.

Source: the pages of the methods in Slack's documentation; `playground/refusals.py` has them method by method.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from storage.deliveries import GAVE_UP

SHARED = "shared_with_others"  # our own codes: another company reads the channel
PUBLIC = "channel_is_public"
BY_HAND = "by_hand"  # somebody has to do what Duet may not


class DeliveryRefusal(StrEnum):
    """What a delivery that came to nothing says about the world."""

    OURS = "ours"  # we sent what Slack does not take, or our own code failed; and every code that stands nowhere
    CHANNEL_GONE = "channel_gone"  # archived, deleted, or Duet is not inside; of a person: no conversation
    RESTRICTED = "restricted"  # a setting of the channel or the workspace forbids it to Duet
    NOT_OURS = "not_ours"  # others read there: another company, or everybody internal
    FORBIDDEN = "forbidden"  # Duet's installation lacks the right, for all that it does
    PERSON_GONE = "person_gone"  # deactivated, unknown, out of sight
    NO_DIRECT_MESSAGES = "no_direct_messages"  # of the whole workspace, until somebody turns the tab on
    NOT_ADMITTED = "not_admitted"  # Duet may not let this person in, or take them out
    NOT_CREATED = "not_created"  # this channel cannot be made
    NOT_PINNED = "not_pinned"
    FILE_REFUSED = "file_refused"
    MESSAGE_GONE = "message_gone"  # it cannot be edited, pinned or replied to any more
    GAVE_UP = "gave_up"  # Slack was in trouble for a whole day


def _split_codes(words: str) -> frozenset[str]:
    return frozenset(words.split())


CODES: Mapping[DeliveryRefusal, frozenset[str]] = {
    DeliveryRefusal.OURS: _split_codes(
        """
    alt_txt_too_large as_user_not_supported attachment_payload_limit_exceeded bad_timestamp
    block_mismatch cant_broadcast_message cant_kick_self canvas_disabled_user_team
    channels_limit_exceeded deprecated_endpoint draft_already_deleted draft_already_sent
    draft_has_conflict draft_not_found duplicate_channel_not_found duplicate_message_not_found
    file_deleted file_is_deleted file_not_found file_not_shared invalid_arg_name invalid_arguments
    invalid_array_arg invalid_attachments invalid_blocks invalid_blocks_format invalid_charset
    invalid_cursor invalid_form_data invalid_limit invalid_metadata_format invalid_metadata_schema
    invalid_name invalid_name_maxlength invalid_name_punctuation invalid_name_required
    invalid_name_specials invalid_post_type invalid_ts_latest invalid_ts_oldest invalid_types
    markdown_text_conflict max_file_sharing_exceeded metadata_must_be_sent_from_app metadata_too_large
    method_deprecated missing_argument missing_file_data missing_post_type msg_blocks_too_long
    msg_too_long no_channel no_dual_broadcast_content_update no_item_specified no_text no_user
    not_enough_users send_on_behalf_not_allowed snippet_too_large streaming_state_conflict
    too_many_attachments too_many_contact_cards too_many_users unable_to_share_files unknown_method
    unknown_snippet_type unknown_subtype users_list_not_supplied
    """
    ),
    DeliveryRefusal.CHANNEL_GONE: _split_codes(
        """
    channel_not_found invalid_channel is_archived is_inactive method_not_supported_for_channel_type
    not_in_channel
    """
    ),
    DeliveryRefusal.RESTRICTED: _split_codes(
        """
    permission_denied posting_to_channel_denied restricted_action restricted_action_read_only_channel
    restricted_action_thread_only_channel slack_connect_blocked_file_type
    slack_connect_canvas_sharing_blocked slack_connect_clip_sharing_blocked
    slack_connect_file_link_sharing_blocked slack_connect_file_upload_sharing_blocked
    slack_connect_lists_sharing_blocked
    """
    ),
    DeliveryRefusal.NOT_OURS: frozenset({SHARED, PUBLIC}),
    DeliveryRefusal.FORBIDDEN: _split_codes(
        """
    access_denied accesslimited ekm_access_denied enterprise_is_restricted is_bot missing_scope
    no_permission not_allowed_token_type team_access_not_granted team_not_found
    two_factor_setup_required user_is_external_guest
    """
    ),
    DeliveryRefusal.PERSON_GONE: _split_codes(
        """
    app_access_restricted cannot_dm_bot invalid_user_combination user_disabled user_not_found
    user_not_visible users_not_found
    """
    ),
    DeliveryRefusal.NO_DIRECT_MESSAGES: frozenset({"messages_tab_disabled"}),
    DeliveryRefusal.NOT_ADMITTED: frozenset(
        {
            *("cant_invite", "user_is_restricted", "user_is_ultra_restricted", "user_is_bot", "ura_max_channels"),
            *("org_user_not_in_team", "invitee_cant_see_channel", "no_external_invite_permission"),
            *("failed_for_some_users", "app_cannot_join_channel", "cant_kick_from_general", "not_supported"),
            BY_HAND,
        }
    ),
    DeliveryRefusal.NOT_CREATED: _split_codes(
        """
    cannot_create_channel name_taken too_many_convos_for_app_on_team too_many_convos_for_team
    """
    ),
    DeliveryRefusal.NOT_PINNED: frozenset({"too_many_pins", "not_pinnable"}),
    DeliveryRefusal.FILE_REFUSED: _split_codes(
        """
    blocked_file_type file_share_limit_reached file_type_not_allowed file_upload_size_restricted
    file_uploads_disabled file_uploads_except_images_disabled storage_limit_reached
    """
    ),
    DeliveryRefusal.MESSAGE_GONE: _split_codes(
        """
    cannot_reply_to_message cant_update_message edit_window_closed message_not_found
    restricted_action_non_threadable_channel restricted_action_thread_locked thread_not_found
    """
    ),
}

CONTENT = _split_codes(
    """
    block_mismatch invalid_arguments invalid_blocks invalid_blocks_format msg_blocks_too_long
    msg_too_long no_text
    """
)
DONE = frozenset({"already_in_channel", "already_pinned", "cant_invite_self"})  # somebody, or we, were first
LATER = frozenset({"external_channel_migrating", "fetch_members_failed"})  # nothing happened, and later it may
PASSING = _split_codes(
    """
    fatal_error file_update_failed internal_error request_timeout service_unavailable team_added_to_org
    update_failed
    """
)
LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
REVOKED = _split_codes(
    """
    account_inactive invalid_auth not_authed org_login_required token_expired token_revoked
    """
)

_BY_CODE = {code: refusal for refusal, codes in CODES.items() for code in codes}

# Another place or another day may do.
OF_PLACE = frozenset({DeliveryRefusal.CHANNEL_GONE, DeliveryRefusal.RESTRICTED, DeliveryRefusal.NOT_OURS})
FOR_OPERATOR = frozenset(
    {DeliveryRefusal.FORBIDDEN, DeliveryRefusal.NO_DIRECT_MESSAGES}
)  # whoever runs Duet mends it, and starts it
_OF_ANY_CALL = frozenset({DeliveryRefusal.OURS, DeliveryRefusal.FORBIDDEN, DeliveryRefusal.GAVE_UP})
_OF_METHOD: Mapping[str, frozenset[DeliveryRefusal]] = {
    "chat.postMessage": frozenset(
        {
            *(DeliveryRefusal.CHANNEL_GONE, DeliveryRefusal.RESTRICTED, DeliveryRefusal.PERSON_GONE),
            *(DeliveryRefusal.NO_DIRECT_MESSAGES, DeliveryRefusal.MESSAGE_GONE),
        }
    ),
    "chat.update": frozenset(
        {DeliveryRefusal.CHANNEL_GONE, DeliveryRefusal.RESTRICTED, DeliveryRefusal.MESSAGE_GONE}
    ),
    "conversations.open": frozenset(
        {DeliveryRefusal.CHANNEL_GONE, DeliveryRefusal.PERSON_GONE, DeliveryRefusal.RESTRICTED}
    ),
    "conversations.info": frozenset({DeliveryRefusal.CHANNEL_GONE, DeliveryRefusal.NOT_OURS}),
    "conversations.members": frozenset({DeliveryRefusal.CHANNEL_GONE}),
    "conversations.history": frozenset({DeliveryRefusal.CHANNEL_GONE}),
    "conversations.replies": frozenset({DeliveryRefusal.CHANNEL_GONE, DeliveryRefusal.MESSAGE_GONE}),
    "conversations.create": frozenset({DeliveryRefusal.NOT_CREATED, DeliveryRefusal.RESTRICTED}),
    "conversations.list": frozenset(),
    "conversations.invite": frozenset(
        {
            DeliveryRefusal.CHANNEL_GONE,
            DeliveryRefusal.PERSON_GONE,
            DeliveryRefusal.NOT_ADMITTED,
            DeliveryRefusal.RESTRICTED,
        }
    ),
    "conversations.kick": frozenset(
        {
            DeliveryRefusal.CHANNEL_GONE,
            DeliveryRefusal.PERSON_GONE,
            DeliveryRefusal.NOT_ADMITTED,
            DeliveryRefusal.RESTRICTED,
        }
    ),
    "pins.add": frozenset(
        {
            DeliveryRefusal.CHANNEL_GONE,
            DeliveryRefusal.RESTRICTED,
            DeliveryRefusal.NOT_PINNED,
            DeliveryRefusal.MESSAGE_GONE,
        }
    ),
    "files.getUploadURLExternal": frozenset({DeliveryRefusal.FILE_REFUSED}),
    "files.completeUploadExternal": frozenset(
        {DeliveryRefusal.CHANNEL_GONE, DeliveryRefusal.RESTRICTED, DeliveryRefusal.FILE_REFUSED}
    ),
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
    return _OF_ANY_CALL.union(*(_OF_METHOD[method] for method in methods))


def codes_of(refusals: Iterable[DeliveryRefusal]) -> frozenset[str]:
    return frozenset[str]().union(*(CODES[refusal] for refusal in refusals))

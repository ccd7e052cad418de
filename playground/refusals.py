"""What Slack's documentation says that each method may refuse: the table that the bot is held against.

Method by method, from the pages of the methods (and what they have in common), as copies of them were found in
2025 and 2026. What is nobody's fault and passes is in it, too; a 429 is not.
"""

import re
from collections.abc import Mapping

_DOCUMENTED = """
*
    access_denied accesslimited account_inactive deprecated_endpoint ekm_access_denied enterprise_is_restricted
    fatal_error internal_error invalid_arg_name invalid_arguments invalid_array_arg invalid_auth invalid_charset
    invalid_form_data invalid_post_type method_deprecated missing_post_type missing_scope no_permission
    not_allowed_token_type not_authed org_login_required ratelimited request_timeout service_unavailable
    team_access_not_granted team_added_to_org token_expired token_revoked two_factor_setup_required
chat.delete
    cant_delete_message channel_not_found compliance_exports_prevent_deletion message_not_found
chat.postMessage
    app_access_restricted as_user_not_supported attachment_payload_limit_exceeded cannot_dm_bot
    cannot_reply_to_message channel_not_found draft_already_deleted draft_already_sent draft_has_conflict
    draft_not_found duplicate_channel_not_found duplicate_message_not_found invalid_blocks invalid_blocks_format
    invalid_metadata_format invalid_metadata_schema is_archived markdown_text_conflict message_limit_exceeded
    messages_tab_disabled metadata_must_be_sent_from_app metadata_too_large missing_file_data
    msg_blocks_too_long msg_too_long no_text not_in_channel rate_limited restricted_action
    restricted_action_non_threadable_channel restricted_action_read_only_channel restricted_action_thread_locked
    restricted_action_thread_only_channel send_on_behalf_not_allowed slack_connect_canvas_sharing_blocked
    slack_connect_file_link_sharing_blocked slack_connect_lists_sharing_blocked team_not_found thread_not_found
    too_many_attachments too_many_contact_cards user_disabled user_not_visible
chat.update
    as_user_not_supported block_mismatch blocked_file_type cant_broadcast_message cant_update_message
    channel_not_found edit_window_closed external_channel_migrating file_deleted file_is_deleted file_not_found
    file_share_limit_reached invalid_attachments invalid_blocks invalid_blocks_format invalid_metadata_format
    invalid_metadata_schema is_inactive markdown_text_conflict max_file_sharing_exceeded message_limit_exceeded
    message_not_found metadata_must_be_sent_from_app metadata_too_large msg_blocks_too_long msg_too_long
    no_dual_broadcast_content_update no_text not_in_channel posting_to_channel_denied
    slack_connect_blocked_file_type slack_connect_canvas_sharing_blocked slack_connect_clip_sharing_blocked
    slack_connect_file_link_sharing_blocked slack_connect_file_upload_sharing_blocked streaming_state_conflict
    team_not_found too_many_attachments unable_to_share_files update_failed
conversations.archive
    already_archived cant_archive_general cant_archive_required channel_not_found
    method_not_supported_for_channel_type not_in_channel restricted_action
conversations.create
    cannot_create_channel canvas_disabled_user_team invalid_name invalid_name_maxlength invalid_name_punctuation
    invalid_name_required invalid_name_specials is_bot missing_argument name_taken no_channel restricted_action
    too_many_convos_for_app_on_team too_many_convos_for_team user_is_ultra_restricted
conversations.history
    channel_not_found invalid_cursor invalid_limit invalid_ts_latest invalid_ts_oldest not_in_channel
conversations.info
    channel_not_found
conversations.invite
    already_in_channel app_cannot_join_channel cant_invite cant_invite_self channel_not_found
    external_channel_migrating failed_for_some_users invitee_cant_see_channel is_archived is_bot
    method_not_supported_for_channel_type no_external_invite_permission no_user not_in_channel
    org_user_not_in_team too_many_users ura_max_channels user_is_bot user_is_restricted user_is_ultra_restricted
    user_not_found
conversations.kick
    cant_kick_from_general cant_kick_self channel_not_found is_archived is_bot
    method_not_supported_for_channel_type no_user not_in_channel not_supported restricted_action
    user_is_restricted user_not_found
conversations.list
    invalid_cursor invalid_limit invalid_types
conversations.members
    channel_not_found fetch_members_failed invalid_cursor invalid_limit
conversations.open
    channel_not_found invalid_user_combination method_not_supported_for_channel_type not_enough_users
    too_many_users user_disabled user_not_found user_not_visible users_list_not_supplied
conversations.replies
    channel_not_found invalid_cursor invalid_limit invalid_ts_latest invalid_ts_oldest not_in_channel
    thread_not_found
files.completeUploadExternal
    channel_not_found channels_limit_exceeded file_not_found file_type_not_allowed file_update_failed
    file_uploads_except_images_disabled invalid_blocks invalid_channel is_archived not_in_channel
    posting_to_channel_denied user_is_external_guest
files.delete
    cant_delete_file delete_not_allowed file_deleted file_deleting_disabled file_not_found
files.getUploadURLExternal
    alt_txt_too_large file_type_not_allowed file_upload_size_restricted file_uploads_disabled
    file_uploads_except_images_disabled missing_argument snippet_too_large storage_limit_reached
    unknown_snippet_type unknown_subtype
pins.add
    already_pinned bad_timestamp channel_not_found external_channel_migrating file_not_found file_not_shared
    is_archived message_not_found no_item_specified not_in_channel not_pinnable permission_denied
    restricted_action too_many_pins
views.publish
    duplicate_external_id hash_conflict missing_profile_id not_enabled not_implemented view_too_large
"""


def _read_table() -> dict[str, frozenset[str]]:
    """Method → its codes; `*` has those that every method may answer with."""
    sections = re.findall(r"^(\S+)\n((?: .*\n)+)", _DOCUMENTED, re.MULTILINE)
    return {method: frozenset(codes.split()) for method, codes in sections}


REFUSALS: Mapping[str, frozenset[str]] = _read_table()

"""Every error code that Slack documents for the methods this bot calls.

Source: the tables "Errors" at https://docs.slack.dev/reference/methods, read in November 2026.
"""

from collections.abc import Mapping

_ANY_METHOD = (
    "access_denied accesslimited account_inactive deprecated_endpoint ekm_access_denied "
    "enterprise_is_restricted fatal_error internal_error invalid_arg_name invalid_arguments "
    "invalid_array_arg invalid_auth invalid_charset invalid_form_data invalid_post_type "
    "method_deprecated missing_post_type missing_scope no_permission not_allowed_token_type not_authed "
    "org_login_required request_timeout service_unavailable team_access_not_granted team_added_to_org "
    "token_expired token_revoked two_factor_setup_required ratelimited"
)
"""Of every method. `ratelimited` comes last: it holds the calls after it."""

_OWN: Mapping[str, str] = {
    "chat.postMessage": "as_user_not_supported attachment_payload_limit_exceeded cannot_reply_to_message "
    "channel_not_found duplicate_channel_not_found duplicate_message_not_found invalid_blocks "
    "invalid_blocks_format invalid_metadata_format invalid_metadata_schema is_archived "
    "markdown_text_conflict message_limit_exceeded messages_tab_disabled metadata_must_be_sent_from_app "
    "metadata_too_large missing_file_data msg_blocks_too_long msg_too_long no_text not_in_channel "
    "rate_limited restricted_action restricted_action_non_threadable_channel "
    "restricted_action_read_only_channel restricted_action_thread_locked "
    "restricted_action_thread_only_channel slack_connect_canvas_sharing_blocked "
    "slack_connect_file_link_sharing_blocked slack_connect_lists_sharing_blocked team_not_found "
    "too_many_attachments too_many_contact_cards",
    "chat.startStream": "cannot_provide_both_markdown_text_and_chunks channel_not_found "
    "channel_type_not_supported duplicate_channel_not_found duplicate_message_not_found invalid_blocks "
    "invalid_blocks_format invalid_chunks invalid_metadata_format invalid_metadata_schema is_archived "
    "is_bot message_limit_exceeded messages_tab_disabled messaging_processing_failed "
    "metadata_must_be_sent_from_app metadata_too_large missing_recipient_team_id "
    "missing_recipient_user_id msg_blocks_too_long msg_blocks_too_many no_text not_in_channel "
    "not_subscribed_to_message_stream_stopped rate_limited restricted_action "
    "restricted_action_non_threadable_channel restricted_action_read_only_channel "
    "restricted_action_thread_locked restricted_action_thread_only_channel "
    "slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked "
    "slack_connect_lists_sharing_blocked team_not_found unknown_method user_not_found",
    "chat.appendStream": "as_user_not_supported cannot_provide_both_markdown_text_and_chunks "
    "channel_not_found channel_type_not_supported duplicate_channel_not_found duplicate_message_not_found "
    "invalid_blocks invalid_chunks invalid_metadata_format invalid_metadata_schema is_archived is_bot "
    "markdown_text_or_chunks_required markdown_text_required message_limit_exceeded message_not_found "
    "message_not_in_streaming_state message_not_owned_by_app messages_tab_disabled "
    "messaging_processing_failed metadata_must_be_sent_from_app metadata_too_large msg_blocks_too_long "
    "msg_blocks_too_many msg_too_long no_text not_in_channel rate_limited restricted_action "
    "restricted_action_non_threadable_channel restricted_action_read_only_channel "
    "restricted_action_thread_locked restricted_action_thread_only_channel "
    "slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked "
    "slack_connect_lists_sharing_blocked stopped_by_user streaming_mode_mismatch team_not_found "
    "too_many_attachments too_many_contact_cards unknown_method",
    "chat.stopStream": "as_user_not_supported attachment_payload_limit_exceeded "
    "cannot_provide_both_markdown_text_and_chunks cannot_reply_to_message channel_not_found "
    "channel_type_not_supported duplicate_channel_not_found duplicate_message_not_found invalid_blocks "
    "invalid_chunks invalid_metadata_format invalid_metadata_schema is_archived is_bot "
    "message_limit_exceeded message_not_found message_not_in_streaming_state message_not_owned_by_app "
    "messages_tab_disabled metadata_must_be_sent_from_app metadata_too_large missing_file_data "
    "msg_blocks_too_long msg_blocks_too_many no_text not_in_channel rate_limited restricted_action "
    "restricted_action_non_threadable_channel restricted_action_read_only_channel "
    "restricted_action_thread_locked restricted_action_thread_only_channel "
    "slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked "
    "slack_connect_lists_sharing_blocked streaming_mode_mismatch team_not_found too_many_attachments "
    "too_many_contact_cards unknown_method",
    "chat.postEphemeral": "cannot_reply_to_message channel_not_found invalid_attachments invalid_blocks "
    "invalid_blocks_format is_archived markdown_text_conflict message_limit_exceeded "
    "messages_tab_disabled msg_too_long no_text not_in_channel restricted_action too_many_attachments "
    "user_not_in_channel",
    "chat.update": "as_user_not_supported block_mismatch cant_broadcast_message cant_update_message "
    "channel_not_found edit_window_closed external_channel_migrating invalid_attachments invalid_blocks "
    "invalid_blocks_format invalid_metadata_format invalid_metadata_schema is_inactive "
    "markdown_text_conflict message_not_found metadata_must_be_sent_from_app metadata_too_large "
    "msg_too_long no_dual_broadcast_content_update no_text slack_connect_file_link_sharing_blocked "
    "streaming_state_conflict team_not_found too_many_attachments update_failed",
    "conversations.open": "app_cannot_join_channel channel_not_found invalid_user_combination "
    "method_not_supported_for_channel_type not_enough_users restricted_action too_many_users "
    "user_disabled user_not_found user_not_visible users_list_not_supplied",
    "files.getUploadURLExternal": "alt_txt_too_large file_upload_size_restricted "
    "file_uploads_disabled missing_argument snippet_too_large storage_limit_reached "
    "unknown_snippet_type unknown_subtype",
    "files.completeUploadExternal": "channel_not_found channels_limit_exceeded file_not_found "
    "file_type_not_allowed file_update_failed invalid_blocks invalid_channel not_in_channel "
    "posting_to_channel_denied slack_connect_file_upload_sharing_blocked",
    "assistant.threads.setStatus": "channel_not_found invalid_thread_ts not_allowed",
    "users.info": "too_many_users user_not_found user_not_visible",
    "auth.test": "user_removed_from_team",
    "conversations.info": "channel_not_found method_not_supported_for_channel_type team_not_found",
    "conversations.members": "channel_not_found fetch_members_failed invalid_cursor invalid_limit "
    "method_not_supported_for_channel_type",
    "usergroups.users.list": "invalid_cursor no_such_subteam plan_upgrade_required",
    "views.open": "duplicate_external_id exchanged_trigger_id expired_trigger_id invalid_trigger_id "
    "view_too_large",
    "views.update": "duplicate_external_id hash_conflict not_found view_too_large",
    "views.publish": "duplicate_external_id hash_conflict missing_profile_id not_enabled not_implemented "
    "view_too_large",
    "assistant.threads.setSuggestedPrompts": "channel_not_found invalid_thread_ts message_not_found",
    "chat.unfurl": "cannot_auth_user cannot_find_channel cannot_find_message cannot_find_service "
    "cannot_parse_attachment cannot_prompt cannot_unfurl_message cannot_unfurl_url invalid_metadata_format "
    "invalid_source invalid_unfurl_id invalid_unfurls_format is_bot missing_channel missing_source "
    "missing_ts missing_unfurl_id missing_unfurls",
    "chat.delete": "cant_delete_message channel_not_found compliance_exports_prevent_deletion "
    "message_not_found",
    "entity.presentDetails": "entity_metadata_does_not_match_trigger feature_not_enabled invalid_app_id "
    "invalid_metadata invalid_trigger_id missing_interactivity_url missing_options_load_url "
    "user_auth_url_missing",
    "oauth.v2.access": "bad_client_secret bad_redirect_uri cannot_install_an_org_installed_app "
    "invalid_client_id invalid_code invalid_code_verifier invalid_grant_type invalid_refresh_token "
    "no_scopes oauth_authorization_url_mismatch pkce_not_allowed preview_feature_not_available "
    "user_email_unverified",
    "apps.connections.open": "forbidden_team insecure_request missing_args",
}
DOCUMENTED: Mapping[str, tuple[str, ...]] = {
    method: (*own.split(), *_ANY_METHOD.split()) for method, own in _OWN.items()
}
"""The codes by method, those of its own first."""

UNAVAILABLE = ("http_500", "http_502", "http_503")
"""And answers without JSON."""

"""Slack's error codes as sentences: why an answer comes elsewhere than it was asked for, and what to do."""

from bot.chat.phrases import Phrase

_NOT_A_MEMBER = frozenset({"not_in_channel", "channel_not_found"})
_ARCHIVED = frozenset({"is_archived", "is_inactive"})
_AWAY = frozenset({"user_not_in_channel"})
_UNAPPROVED = frozenset(
    {
        "access_denied",
        "enterprise_is_restricted",
        "missing_scope",
        "not_allowed_token_type",
        "org_login_required",
        "team_access_not_granted",
    }
)
_FORBIDDEN = frozenset({"ekm_access_denied", "messages_tab_disabled", "no_permission"})
"""And every `restricted_action…`."""


def elsewhere(reason: str) -> Phrase:
    """What the person is told in the direct chat when Slack did not take the answer in the channel.

    Source of the codes: https://docs.slack.dev/reference/methods/chat.postEphemeral
    """
    if reason in _NOT_A_MEMBER:
        return Phrase("slack_not_a_member")
    if reason in _ARCHIVED:
        return Phrase("slack_archived")
    if reason in _AWAY:
        return Phrase("slack_you_are_not_there")
    if reason in _UNAPPROVED:
        return Phrase("slack_not_approved", {"reason": reason})
    if reason in _FORBIDDEN or reason.startswith("restricted_action"):
        return Phrase("slack_posting_forbidden")
    return Phrase("slack_elsewhere", {"reason": reason})


def no_file(reason: str, kind: Phrase) -> Phrase:
    """What the person is told instead of a document that Slack did not take."""
    if reason in _UNAPPROVED:
        return Phrase("slack_file_not_approved", {"kind": kind, "reason": reason})
    return Phrase("file_platform_refused", {"kind": kind, "reason": reason})

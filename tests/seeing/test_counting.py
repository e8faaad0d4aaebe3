"""Metrics stay few, whatever the events say."""

from bot.seeing.counting import SERIES_LIMIT, Meters


def test_what_is_no_code_makes_no_series() -> None:
    meters = Meters()
    for reason in ("timed_out", "Ana Souza <ana@northwind.example>", "x" * 200, "", None, 'a"b', "C\n"):
        meters.note(None, "error", {"event": "message_not_kept", "level": "error", "reason": reason})
    page = meters.page(0, 0).decode()
    assert 'reason="timed_out"' in page
    assert 'orderbot_events_not_kept_total{reason="other"} 5.0' in page
    assert "Ana" not in page


def test_more_codes_than_a_metric_may_have_are_counted_together() -> None:
    meters = Meters()
    for number in range(SERIES_LIMIT + 50):
        meters.note(None, "info", {"event": "answered", "intent": f"made_up_{number}", "outcome": "found"})
    page = meters.page(0, 0).decode()
    assert page.count("orderbot_questions_total{") == SERIES_LIMIT + 1
    assert 'orderbot_questions_total{intent="other",outcome="other"} 50.0' in page


def test_a_queue_that_cannot_be_looked_at_is_not_told_to_be_empty() -> None:
    assert "orderbot_queue_waiting NaN" in Meters().page(None, 0).decode()

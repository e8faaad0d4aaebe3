"""What an operator sees: metrics and traces. Both are made of the log, so that the three never disagree.

A room logs what happened as an event with a name and a few codes; here `counting` and `tracing` read
the events that pass. No other room knows of Prometheus or OpenTelemetry.
"""

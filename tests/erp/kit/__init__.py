"""The conformance kit: rules that hold for every adapter, run against a server for each."""

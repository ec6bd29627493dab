"""Telling programs of others what happens at the desk, in the format of Standard Webhooks."""

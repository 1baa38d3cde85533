"""Webhooks: other systems are told by which act which record changed, signed, again and again until they have heard.

Every act leaves an event in the history, in its own transaction: that is the outbox. `telling` reads it behind every running
transaction and notes one delivery for each address that may be told; `sending` judges again, as it leaves, whether the token
still shows the record. What is sent holds ids and codes alone (Standard Webhooks: ``webhook-id``, ``webhook-timestamp``,
``webhook-signature``).
"""

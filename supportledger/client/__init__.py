"""
The HTTP API of a desk from the other side, with the verbs that it has at home.

`rooms`, `answers` and `sync` are made by `scripts/client.py`: from the API's own description, and from `aio`.
"""

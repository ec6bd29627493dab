import os

from hypothesis import settings

# No deadline: a machine with two busy cores is slow now and then, which is no property of the code.
settings.register_profile("short", deadline=None)
settings.register_profile("long", deadline=None, max_examples=5_000)
settings.load_profile("long" if os.environ.get("LONG") else "short")

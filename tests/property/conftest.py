import os

from hypothesis import HealthCheck, settings

# No deadline, and no word on slow data: a machine with two busy cores is slow now and then, which is no property
# of the code.
SLOW = [HealthCheck.too_slow]
settings.register_profile("short", deadline=None, suppress_health_check=SLOW)
settings.register_profile("long", deadline=None, suppress_health_check=SLOW, max_examples=5_000)
settings.load_profile("long" if os.environ.get("LONG") else "short")

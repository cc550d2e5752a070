"""Settings that all tests share."""

from hypothesis import settings

# A shared machine is slow at times: time limits belong to the benchmark, not to the properties.
settings.register_profile("ssechaos", deadline=None)
settings.load_profile("ssechaos")

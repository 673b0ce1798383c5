"""Settings of all tests: no test asserts timing, so hypothesis sets no deadline either."""

from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")

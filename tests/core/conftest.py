"""One hypothesis profile for the core: the same examples at every run."""

from hypothesis import settings

settings.register_profile("core", derandomize=True, deadline=None, database=None, max_examples=60)
settings.load_profile("core")

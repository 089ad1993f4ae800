from tests.events.readers import ical_js

__all__ = ["ical_js"]

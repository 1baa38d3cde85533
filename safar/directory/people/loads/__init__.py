"""Loading a file of people: a million rows judged, told apart and stored in seconds; the same file twice changes nothing.

Words: *record* (a person as the file has her), *their records* (the system the file comes from: each organisation's own).
What works in columns is imported when it is first used: the web server never needs it.
"""

from safar.foundation.languages.lazy import front

__all__ = ["PeopleLoad", "load_people", "take_back"]

__getattr__ = front(__name__, {"PeopleLoad": "loading", "load_people": "loading", "take_back": "taking_back"})

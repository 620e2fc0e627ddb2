"""What a browser calls itself, in words that its owner knows: “Chrome · Android”."""

from __future__ import annotations

_PROGRAMS = (
    ("MicroMessenger/", "WeChat"),
    ("DingTalk/", "DingTalk"),
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_SYSTEMS = (
    ("OpenHarmony", "HarmonyOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
"""Part of a user agent -> name; the first that is found counts: most browsers also name those they descend from."""


def browser_words(user_agent: str) -> str:
    """Program and system; "" for a browser that says neither."""
    found = (next((name for part, name in names if part in user_agent), "") for names in (_PROGRAMS, _SYSTEMS))
    return " · ".join(name for name in found if name)

"""A browser is named as its owner knows it."""

from __future__ import annotations

import pytest

from web.browsers import browser_words

MOZILLA = "Mozilla/5.0 (%s) AppleWebKit/537.36 (KHTML, like Gecko) %s"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (MOZILLA % ("Linux; Android 14; Pixel 8", "Chrome/131.0.0.0 Mobile Safari/537.36"), "Chrome · Android"),
        (MOZILLA % ("Windows NT 10.0; Win64; x64", "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0"), "Edge · Windows"),
        (MOZILLA % ("iPhone; CPU iPhone OS 18_1 like Mac OS X", "Version/18.1 Safari/604.1"), "Safari · iPhone"),
        (MOZILLA % ("Linux; Android 12; HarmonyOS; ANA-AN00", "HuaweiBrowser/15"), "Huawei Browser · HarmonyOS"),
        (MOZILLA % ("Linux; Android 14", "Chrome/130.0 MicroMessenger/8.0.50"), "WeChat · Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox · Linux"),
        ("curl/8.5.0", "curl"),
        ("", ""),
        ("<script>", ""),
    ],
)
def test_words(user_agent: str, words: str) -> None:
    assert browser_words(user_agent) == words

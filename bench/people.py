"""The people of the bench: their names, and how they sign in as a browser does."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.parse
import urllib.request

PASSWORD = "Bench-people-2026"
ORGANISATION = "owner"
ROLE = "dispatcher"
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


def sign_in(port: int, name: str) -> str:
    """The header lines that make a request this person's: the session's cookie and its CSRF token."""
    address, jar = f"http://127.0.0.1:{port}", http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def token(path: str) -> str:
        with opener.open(f"{address}{path}", timeout=30) as page:
            found = CSRF.search(page.read().decode())
        if found is None:
            raise RuntimeError(f"{path} holds no CSRF token: {name} is not signed in")
        return found[1]

    form = {"username": name, "password": PASSWORD, "csrf_token": token("/sign-in")}
    opener.open(f"{address}/sign-in", urllib.parse.urlencode(form).encode(), timeout=30).close()
    csrf = token("/")
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
    return f"Cookie: {cookies}\r\nX-CSRFToken: {csrf}\r\n"

"""Events of designs, releases and stories in words."""

from __future__ import annotations

from collections.abc import Callable

from accounts.house import house
from web.frame import listed
from web.i18n import language
from web.sentences import Line
from web.words import _


def _kind(line: Line) -> str:
    """What the design is of: a process, a form, a decision."""
    kind = house().engine.resources.design_kinds.get(str(line.fact.get("kind", "")))
    return "–" if kind is None else kind.zh if language() == "zh" else kind.en


def _created(line: Line) -> str:
    parts = {"who": line.who, "design": line.fact["design"], "kind": _kind(line)}
    if line.fact.get("from") == "file":
        return _("%(who)s imported design %(design)s (%(kind)s)", **parts)
    if line.fact.get("from") == "published":
        return _("%(who)s began design %(design)s (%(kind)s) from the published version", **parts)
    return _("%(who)s began the empty design %(design)s (%(kind)s)", **parts)


def _kept(line: Line) -> str:
    return _("Work of %(who)s was kept as design %(design)s, because design %(beside)s had changed meanwhile",
             who=line.who, design=line.fact["design"], beside=line.fact["beside"])  # fmt: skip


def _of_design(line: Line) -> dict[str, str]:
    return {"who": line.who, "design": str(line.fact["design"]), "key": str(line.fact.get("key", "–"))}


def _submitted(line: Line) -> str:
    keys = listed([str(one.get("key", "–")) for one in line.fact.get("designs", [])])
    words = _("%(who)s submitted release %(release)s: %(keys)s", who=line.who, release=line.fact["release"], keys=keys)
    note = str(line.fact.get("note") or "")
    return f"{words} · {note}" if note else words


def _published(line: Line) -> str:
    made = listed([_("%(key)s version %(version)s", key=one["key"], version=one["version"])
                   for one in line.fact.get("designs", [])])  # fmt: skip
    return _("%(who)s published release %(release)s: %(made)s", who=line.who, release=line.fact["release"], made=made)


def _played(line: Line) -> str:
    return _("The stories of release %(release)s were played: %(stories)s, of which %(failed)s failed",
             **{name: line.fact[name] for name in ("release", "stories", "failed")})  # fmt: skip


DESIGN_RECORDS: dict[str, Callable[[Line], str]] = {
    "design_created": _created,
    "design_edited": lambda line: _("%(who)s worked on design %(design)s (%(key)s)", **_of_design(line)),
    "design_kept": _kept,
    "design_discarded": lambda line: _("%(who)s deleted design %(design)s (%(key)s)", **_of_design(line)),
    "design_rebased": lambda line: _("%(who)s took design %(design)s (%(key)s) on to the newest version",
                                     **_of_design(line)),
    "release_submitted": _submitted,
    "release_published": _published,
    "release_returned": lambda line: _("%(who)s returned release %(release)s: %(reason)s",
                                       who=line.who, release=line.fact["release"], reason=line.fact["reason"]),
    "release_withdrawn": lambda line: _("%(who)s withdrew release %(release)s",
                                        who=line.who, release=line.fact["release"]),
    "form_published": lambda line: _("%(who)s published the form %(key)s, version %(version)s",
                                     who=line.who, key=line.fact["key"], version=line.fact["version"]),
    "story_saved": lambda line: _("%(who)s kept the story “%(name)s” of %(key)s",
                                  who=line.who, name=line.fact["name"], key=line.fact["key"]),
    "story_deleted": lambda line: _("%(who)s deleted the story “%(name)s” of %(key)s",
                                    who=line.who, name=line.fact["name"], key=line.fact["key"]),
    "stories_played": _played,
}  # fmt: skip
"""Type of a fact -> its sentence."""

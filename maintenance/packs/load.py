"""Reading a pack file: YAML in, a Pack out, or all its mistakes at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from engine.calendar import DAY_KEYS, KEYS
from maintenance.packs.notes import Notes
from maintenance.packs.pack import (
    RESPONSE_STAGE,
    SAME_DAY,
    UNITS,
    WARN_SHARE,
    Escalation,
    LimitTable,
    Pack,
    Stage,
    TableLimit,
)

MAX_BYTES = 65_536
MAX_DEPTH = 20
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_SHIPPED = Path(__file__).parents[2] / "bpmn" / "packs"
_NEEDED = ("key", "version", "zh", "en", "region", "issuer", "valid_from", "events", "stages", "escalation")


def shipped(key: str) -> bytes:
    """The file of a pack that we ship, e.g. "FC". KeyError if there is none."""
    return (_folder(key) / "pack.yaml").read_bytes()


def shipped_tables(key: str) -> tuple[bytes, ...]:
    """The decision tables of a pack that we ship, in the order of their file names. KeyError if there is no pack."""
    return tuple(file.read_bytes() for file in sorted(_folder(key).glob("*.dmn")))


def _folder(key: str) -> Path:
    return {folder.name.upper(): folder for folder in _SHIPPED.iterdir() if folder.is_dir()}[key]


def load(content: bytes, groups: Collection[str] | None = None) -> Pack:
    """Read a pack (UTF-8 YAML); `groups` are the known candidate groups, None: any. PackRefused tells all findings."""
    notes = Notes()
    raw = notes.mapping(_parse(content, notes), "", _NEEDED, ("warn_share", "limits"))
    events = _events(raw.get("events", {}), notes)
    stages = _stages(raw.get("stages", {}), events, notes)
    escalation = _escalation(raw.get("escalation"), "escalation" in raw, notes)
    share = notes.share(raw["warn_share"], "warn_share") if "warn_share" in raw else WARN_SHARE
    pack = Pack(
        key=notes.text(raw, "key", ""),
        version=notes.integer(raw, "version"),
        zh=notes.text(raw, "zh", ""),
        en=notes.text(raw, "en", ""),
        region=notes.text(raw, "region", ""),
        issuer=notes.text(raw, "issuer", ""),
        valid_from=notes.day(raw, "valid_from"),
        stages=stages,
        escalation=escalation,
        warn_share=share,
        limits=_limits(raw["limits"], notes) if "limits" in raw else None,
    )
    _check_whole(pack, groups, notes)
    notes.settle()
    return pack


def _parse(content: bytes, notes: Notes) -> Any:
    """The plain values of the file, refused when they are too large, too deep, aliased, or say a key twice."""
    if len(content) > MAX_BYTES:
        notes.add("pack_too_large", "", f"文件超过 {MAX_BYTES} 字节", f"the file is larger than {MAX_BYTES} bytes")
        notes.settle()
    try:
        text = content.decode("utf-8-sig")
        _check_shape(text, notes)
        notes.settle()
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        for path in _repeated(root, ""):
            notes.add("pack_repeated_key", path, "重复出现", "stands there twice")
        return yaml.safe_load(text)
    except UnicodeDecodeError:
        notes.add("pack_encoding", "", "文件不是 UTF-8 编码", "the file is not UTF-8")
    except yaml.MarkedYAMLError as error:
        notes.add("pack_yaml", _line(error.problem_mark), "YAML 写法有误", "is not well-formed YAML")
    except (yaml.YAMLError, ValueError):
        notes.add("pack_yaml", "", "YAML 写法有误", "the file is not well-formed YAML")
    notes.settle()
    return None


def _check_shape(text: str, notes: Notes) -> None:
    """Look at the events only: the parser does not recurse, the composer would."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            notes.add("pack_alias", _line(event.start_mark), "不可使用 YAML 别名", "YAML aliases are not allowed")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            notes.add("pack_too_deep", "", f"嵌套超过 {MAX_DEPTH} 层", f"nested deeper than {MAX_DEPTH}")
            return


def _line(mark: Any) -> str:
    return f"line {mark.line + 1}" if mark is not None else "line 1"


def _repeated(node: yaml.Node | None, path: str) -> Iterator[str]:
    """Paths of keys that a mapping holds twice: the plain loader would take the last in silence."""
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _repeated(item, f"{path}.{index}")
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            here = f"{path}.{key.value}".lstrip(".")
            if str(key.value) in seen:
                yield here
            seen.add(str(key.value))
            yield from _repeated(value, here)


def _events(raw: Any, notes: Notes) -> dict[str, tuple[str, str]]:
    events = {}
    for key, value in _entries(raw, "events", notes):
        event = notes.mapping(value, f"events.{key}", ("zh", "en"))
        events[key] = notes.text(event, "zh", f"events.{key}."), notes.text(event, "en", f"events.{key}.")
    return events


def _stages(raw: Any, events: dict[str, tuple[str, str]], notes: Notes) -> dict[str, Stage]:
    return {key: _stage(key, value, events, notes) for key, value in _entries(raw, "stages", notes)}


def _stage(key: str, value: Any, events: dict[str, tuple[str, str]], notes: Notes) -> Stage:
    path = f"stages.{key}."
    needed = ("zh", "en", "start", "limit", "calendar", "pausable", "owner_group", "source")
    raw = notes.mapping(value, path[:-1], needed)
    calendar = notes.choice(raw, "calendar", path, KEYS)
    start = notes.choice(raw, "start", path, events)
    start_zh, start_en = events.get(start, ("", ""))
    return Stage(
        key=key,
        zh=notes.text(raw, "zh", path),
        en=notes.text(raw, "en", path),
        start_zh=start_zh,
        start_en=start_en,
        limit=_limit(raw.get("limit", "P1D"), f"{path}limit", calendar, notes),
        calendar=calendar,
        pausable=notes.flag(raw, "pausable", path),
        owner_group=notes.text(raw, "owner_group", path),
        source=notes.text(raw, "source", path),
    )


def _limit(raw: Any, path: str, calendar: str, notes: Notes) -> timedelta | TableLimit:
    """A duration, or a column of the table of limits."""
    if not isinstance(raw, dict):
        return notes.limit(raw, path, calendar)
    found = notes.mapping(raw, path, ("column", "unit"))
    unit = notes.choice(found, "unit", f"{path}.", UNITS)
    if unit in (SAME_DAY, "days") and calendar not in DAY_KEYS:
        notes.add(
            "pack_whole_days", f"{path}.unit", "按天计的时限应用自然日或工作日", "days are counted by a day calendar"
        )
    return TableLimit(notes.text(found, "column", f"{path}."), unit or SAME_DAY)


def _limits(raw: Any, notes: Notes) -> LimitTable:
    found = notes.mapping(raw, "limits", ("decision", "by"))
    by = found.get("by", ["?"])
    if not (isinstance(by, list) and by and all(_is_name(name) for name in by)):
        notes.add("pack_name", "limits.by", "应为至少一个变量名的列表", "must be a list of one variable or more")
        by = []
    return LimitTable(notes.text(found, "decision", "limits."), tuple(by))


def _escalation(raw: Any, given: bool, notes: Notes) -> Escalation:
    if not given:
        return Escalation((), None)
    found = notes.mapping(raw, "escalation", ("chain",), ("interval",))
    chain = found.get("chain", ["?"])
    if not (isinstance(chain, list) and chain and all(isinstance(group, str) and group for group in chain)):
        notes.add("pack_chain", "escalation.chain", "应为至少一个岗位的列表", "must be a list of one group or more")
        chain = []
    interval = notes.duration(found["interval"], "escalation.interval") if "interval" in found else None
    return Escalation(tuple(chain), interval)


def _entries(raw: Any, path: str, notes: Notes) -> list[tuple[str, Any]]:
    """The entries of a mapping that must not be empty and whose keys are names."""
    if not isinstance(raw, dict) or not raw:
        if raw != {} or path in ("events", "stages"):
            notes.add("pack_not_a_mapping", path, "应为非空键值表", "must be a mapping that is not empty")
        return []
    for key in raw:
        if not _is_name(key):
            notes.add("pack_name", f"{path}.{key}", "应以小写字母、数字、下划线命名", "must be a name such as same_day")
    return [(key, value) for key, value in raw.items() if _is_name(key)]


def _is_name(key: Any) -> bool:
    return isinstance(key, str) and _NAME.fullmatch(key) is not None


def _check_whole(pack: Pack, groups: Collection[str] | None, notes: Notes) -> None:
    """What only the pack as a whole can tell."""
    if pack.stages and pack.escalation.interval is None and RESPONSE_STAGE not in pack.stages:
        zh = f"没有 {RESPONSE_STAGE} 阶段时必须给出督办间隔"
        notes.add("pack_missing", "escalation.interval", zh, f"is needed in a pack without a stage {RESPONSE_STAGE}")
    if pack.limits is None and any(isinstance(stage.limit, TableLimit) for stage in pack.stages.values()):
        notes.add("pack_missing", "limits", "时限来自决策表时必须写明决策", "is needed where limits come from a table")
    named = [(f"stages.{stage.key}.owner_group", stage.owner_group) for stage in pack.stages.values()]
    named += [("escalation.chain", group) for group in pack.escalation.chain]
    for path, group in named:
        if groups is not None and group and group not in groups:
            notes.add("pack_group", path, f"没有岗位“{group}”", f"there is no group “{group}”")

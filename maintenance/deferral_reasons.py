"""Why a repair may be deferred, and what is never a reason (rulebook D06)."""

from __future__ import annotations

from engine.errors import Words

ADMISSIBLE = {
    "area_power_outage": Words("区域停电", "area power cut"),
    "severe_weather": Words("恶劣天气", "bad weather"),
    "pole_hit": Words("杆件被撞", "pole hit"),
    "no_spare_part": Words("缺备件", "no spare part at present"),
    "third_party_works": Words("第三方施工", "third-party works"),
    "municipal_works": Words("市政施工", "municipal works"),
    "other_external": Words("其他外部原因", "another external cause"),
}
"""BZ art. 11 (R-088): causes that lie outside the contractor."""

NEVER = {
    "staff_shortage": Words("人员不足", "shortage of staff"),
    "vehicle_shortage": Words("车辆不足", "shortage of vehicles"),
    "internal_cause": Words("内部原因", "an internal cause"),
}
"""BZ art. 12 (R-102): they count as untimely handling."""

NEVER_CLAUSE = Words("BZ 第十二条", "BZ art. 12")

REASONS = {**ADMISSIBLE, **NEVER}

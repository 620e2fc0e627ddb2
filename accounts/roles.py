"""The permissions of the product and the roles that hold them (rulebook §1.2); a role's key is its candidate group."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Permission:
    """One thing a person may do; routes and commands ask for it by its key."""

    key: str
    zh: str
    en: str


PERMISSIONS = (
    Permission("case.start", "报修、发起流程", "start a case"),
    Permission("case.read", "查看本单位的全部工单", "see every case of the organisation"),
    Permission("case.cancel", "撤销工单", "cancel a case"),
    Permission("case.link", "关联工单", "link cases"),
    Permission("case.suspend", "挂起、恢复工单", "suspend and resume a case"),
    Permission("task.work", "签收和办理待办", "claim and complete tasks"),
    Permission("task.dispatch", "在派警台派单", "give out work at the dispatch desk"),
    Permission("comment.write", "留言", "write comments"),
    Permission("attachment.add", "上传照片和附件", "add photos and files"),
    Permission("ledger.read", "查看点位和设备台账", "read points and devices"),
    Permission("ledger.edit", "维护点位和设备台账", "keep the ledger of points and devices"),
    Permission("contract.edit", "登记合同", "write down contracts"),
    Permission("history.read", "查看履历", "read history"),
    Permission("history.verify", "校验履历", "verify history"),
    Permission("definition.read", "查看流程定义", "read process definitions"),
    Permission("definition.edit", "编辑设计稿", "edit designs"),
    Permission("definition.publish", "发布流程定义", "publish process definitions"),
    Permission("pack.publish", "发布策略包", "publish policy packs"),
    Permission("message.send", "向流程发送消息", "send messages to processes"),
    Permission("job.retry", "处理引擎异常", "retry failed jobs"),
    Permission("user.admin", "管理用户和密钥", "manage users and keys"),
)
"""Every permission there is; a key that is not here is a programming error."""

KNOWN = {permission.key: permission for permission in PERMISSIONS}


@dataclass(frozen=True)
class CatalogueRole:
    """A role of the rulebook's catalogue. `kinds`: of the organisations whose people may hold it."""

    key: str
    zh: str
    en: str
    kinds: frozenset[str]
    permissions: frozenset[str]


def _role(key: str, zh: str, en: str, kinds: tuple[str, ...], *permissions: str) -> CatalogueRole:
    unknown = set(permissions) - set(KNOWN)
    if unknown:
        raise ValueError(f"role {key}: unknown permissions {sorted(unknown)}")
    return CatalogueRole(key, zh, en, frozenset(kinds), frozenset(permissions))


# who holds no more sees only the cases that he or she has raised or works on
_OWN = ("case.start", "task.work", "comment.write", "attachment.add")
_STAFF = (*_OWN, "case.read", "ledger.read", "history.read")

# a contractor neither approves, supervises nor draws what its own work is judged by; a client may repair by itself
_CLIENT, _CONTRACTOR, _REPAIR = ("client",), ("contractor",), ("client", "contractor")
_CARRIER, _POWER_UNIT = ("carrier",), ("power_unit",)
_ANY = (*_REPAIR, *_CARRIER, *_POWER_UNIT)

ROLES = (
    _role("reporter", "报修人", "reporter", _CLIENT, *_OWN),
    _role(
        "dispatcher",
        "服务值班",
        "dispatcher",
        _REPAIR,
        *_STAFF,
        "task.dispatch",
        "case.cancel",
        "case.link",
        "message.send",
    ),
    _role("field_engineer", "技术工程师", "field engineer", _REPAIR, *_STAFF),
    _role("resident_engineer", "驻场工程师", "resident engineer", _REPAIR, *_STAFF),
    _role("head_office", "总部技术团队", "head office", _CONTRACTOR, *_STAFF),
    _role("integrator", "集成商", "integrator", _CONTRACTOR, *_STAFF),
    _role("network_unit", "网络运营商", "network carrier", _CARRIER, *_STAFF),
    _role("power_unit", "取电单位", "power unit", _POWER_UNIT, *_STAFF),
    _role(
        "contractor_lead",
        "项目经理",
        "contractor lead",
        _CONTRACTOR,
        *_STAFF,
        "case.cancel",
        "case.link",
        "definition.read",
    ),
    _role("line_officer", "责任民警", "line officer", _CLIENT, *_STAFF, "case.link", "definition.read", "ledger.edit"),
    _role(
        "owner_approver",
        "业主单位",
        "owner",
        _CLIENT,
        *(*_STAFF, "case.cancel", "case.link", "definition.read", "ledger.edit", "contract.edit"),
    ),
    _role(
        "auditor",
        "监督检查",
        "auditor",
        _CLIENT,
        "case.read",
        "ledger.read",
        "history.read",
        "history.verify",
        "definition.read",
    ),
    _role(
        "process_owner",
        "流程管理员",
        "process owner",
        _CLIENT,
        *("case.read", "ledger.read", "history.read", "definition.read"),
        *("definition.edit", "definition.publish"),
    ),
    _role(
        "operator",
        "运行管理员",
        "operator",
        _CLIENT,
        *("case.read", "history.read", "definition.read", "job.retry", "case.suspend", "message.send"),
    ),
    _role("admin", "系统管理员", "administrator", _ANY, "user.admin", "history.verify", "definition.read"),
)
"""Roles of the rulebook needed now, and two of ours (operator, admin). Nobody holds two duties by one role:
an administrator works on no case, an auditor changes nothing."""

BY_KEY = {role.key: role for role in ROLES}

GROUPS = {role.key: role.zh for role in ROLES}
"""Candidate group -> Chinese name, for the check at publishing."""

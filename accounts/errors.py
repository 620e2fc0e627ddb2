"""Refusals about signing in, sessions, keys, permissions and accounts."""

from __future__ import annotations

from accounts.roles import KNOWN
from engine.errors import SignalboxError, fill


class AccountsError(SignalboxError):
    """The account does not allow this."""

    code = "accounts_refused"
    zh = "账号不允许该操作。"


class SignInRequired(AccountsError):
    """Please sign in."""

    code, status = "sign_in_required", 401
    zh = "请先登录。"


class SessionDisplaced(SignInRequired):
    """You have been signed out: your account has signed in on another device."""

    code = "session_displaced"
    zh = "您已退出：该账号已在另一台设备登录。若非本人操作，请立即修改口令。"


class SessionIdle(SignInRequired):
    """You have been signed out: the session was not used for too long."""

    code = "session_idle"
    zh = "长时间未操作，已自动退出，请重新登录。"


class SessionExpired(SignInRequired):
    """You have been signed out: the session has reached its longest time."""

    code = "session_expired"
    zh = "登录已满最长时限，请重新登录。"


class SessionRevoked(SignInRequired):
    """You have been signed out: the session was ended by an administrator or by a change of password."""

    code = "session_revoked"
    zh = "登录已被终止（口令已修改或账号已停用），请重新登录。"


class ApiKeyInvalid(SignInRequired):
    """The API key is unknown, expired or revoked."""

    code = "api_key_invalid"
    zh = "API 密钥无效、已过期或已吊销。"


class BadCredentials(AccountsError):
    """User name or password is wrong."""

    code, status = "bad_credentials", 401
    zh = "用户名或口令错误。"


class Waiting(AccountsError):
    """Please wait {minutes} minutes before you try again."""

    code, status = "waiting", 429
    zh = "请等待 {minutes} 分钟后再试。"

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes=minutes)


class AccountLocked(Waiting):
    """Too many wrong passwords: signing in under this name is locked for {minutes} minutes."""

    code = "account_locked"
    zh = "口令错误次数过多，该用户名已锁定，请 {minutes} 分钟后再试。"


class TooManyAttempts(Waiting):
    """Too many wrong passwords from this address: please wait {minutes} minutes."""

    code = "too_many_attempts"
    zh = "该网络地址口令错误次数过多，请 {minutes} 分钟后再试。"


class PasswordExpired(AccountsError):
    """The password is older than {days} days and must be changed."""

    code, status = "password_expired", 403
    zh = "口令使用已超过 {days} 天，请先修改口令。"


class PasswordTooWeak(AccountsError):
    """Choose another password: at least {least} letters, not the user name, not a common one."""

    code, status = "password_too_weak", 422
    zh = "请换一个口令：至少 {least} 位，不含用户名，不用常见口令。"


class PasswordUnchanged(AccountsError):
    """The new password must differ from the old one."""

    code, status = "password_unchanged", 422
    zh = "新口令不得与原口令相同。"


class CsrfMissing(AccountsError):
    """The page is out of date. Load it again and repeat what you did."""

    code, status = "csrf_missing", 400
    zh = "页面已失效，请刷新后重新提交。"


class RouteNotDeclared(AccountsError):
    """Nobody has declared who may use this address."""

    code, status = "route_not_declared", 403
    zh = "该地址未声明访问权限。"


class PermissionMissing(AccountsError):
    """Your roles do not allow: {permission}."""

    code, status = "permission_missing", 403
    zh = "您的角色没有此项权限：{permission}。"

    def __init__(self, permission: str) -> None:
        self.permission = permission
        super().__init__(permission=permission)

    def message(self, language: str) -> str:
        """The permission is named in words of the reader's language."""
        known = KNOWN[self.permission]
        template = self.zh if language == "zh" else str(PermissionMissing.__doc__)
        return fill(template, {"permission": known.zh if language == "zh" else known.en})


class NameTaken(AccountsError):
    """The name {name} is taken."""

    code, status = "name_taken", 409
    zh = "名称 {name} 已被使用。"

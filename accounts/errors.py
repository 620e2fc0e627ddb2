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


class SessionEndedByOwner(SignInRequired):
    """You have been signed out: the session was ended on the account page of another device."""

    code = "session_ended_by_owner"
    zh = "您已退出：这次登录已在另一台设备的“我的账号”中结束。若非本人操作，请立即修改口令。"


class ApiKeyInvalid(SignInRequired):
    """The API key is unknown, expired or revoked."""

    code = "api_key_invalid"
    zh = "API 密钥无效、已过期或已吊销。"


class BadCredentials(AccountsError):
    """User name or password is wrong."""

    code, status = "bad_credentials", 401
    zh = "用户名或口令错误。"


class CodeRequired(AccountsError):
    """The password is right. Now enter the code of your authenticator."""

    code, status = "code_required", 401
    zh = "口令正确，请输入动态验证码。"


class CodeWrong(AccountsError):
    """The code is wrong, has been used already or is too old. Wait for the next one and try again."""

    code, status = "code_wrong", 401
    zh = "验证码错误、已使用或已过期，请等待下一个验证码再试。"


class SecondFactorMissing(AccountsError):
    """Your role must sign in with a second factor: set it up now."""

    code, status = "second_factor_missing", 403
    zh = "您的角色必须使用动态验证码登录，请先绑定。"


class SecondFactorKept(AccountsError):
    """Your role must sign in with a second factor: it can be set up anew, but not turned off."""

    code, status = "second_factor_kept", 403
    zh = "您的角色必须使用动态验证码，可以重新绑定，不能关闭。"


class OfferOver(AccountsError):
    """The QR code has expired. Begin again to get a new one."""

    code, status = "offer_over", 409
    zh = "二维码已失效，请重新开始绑定。"


class SignInStepOver(AccountsError):
    """Too much time has passed since you entered your password, or it has been used. Sign in again."""

    code, status = "sign_in_step_over", 401
    zh = "距离输入口令时间过长，或本次验证已使用，请重新登录。"


class Waiting(AccountsError):
    """Please wait {minutes} minutes before you try again."""

    code, status = "waiting", 429
    zh = "请等待 {minutes} 分钟后再试。"

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes=minutes)


class AccountLocked(Waiting):
    """Too many wrong passwords or codes: signing in under this name is locked for {minutes} minutes."""

    code = "account_locked"
    zh = "口令或验证码错误次数过多，该用户名已锁定，请 {minutes} 分钟后再试。"


class TooManyAttempts(Waiting):
    """Too many wrong tries from this address: please wait {minutes} minutes."""

    code = "too_many_attempts"
    zh = "该网络地址错误尝试次数过多，请 {minutes} 分钟后再试。"


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


class PasswordUsedBefore(AccountsError):
    """Choose a password that is not one of your last {count}."""

    code, status = "password_used_before", 422
    zh = "不能使用最近 {count} 次用过的口令。"


class ResetLinkInvalid(AccountsError):
    """The link has been used, replaced by a newer one, or is older than a day. Ask for a new one."""

    code, status = "reset_link_invalid", 404
    zh = "链接已使用、已被新链接替代或已超过 24 小时，请重新申请。"


class OwnAccount(AccountsError):
    """Administrators open the accounts of others again: your own password and codes are on your account page."""

    code, status = "own_account", 422
    zh = "管理员只能为他人重设；自己的口令和动态验证码请在“我的账号”修改。"


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

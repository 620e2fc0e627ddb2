"""Roles, people and passwords: what may be created, by whom, and how it is said on the command line."""

from __future__ import annotations

from base64 import b32decode

import pytest
from sqlalchemy import insert, select, update

from accounts.commands.create_organisation import KINDS, create_organisation
from accounts.commands.sync_roles import sync_roles
from accounts.errors import NameTaken, PasswordTooWeak
from accounts.one_time_codes import code_at
from accounts.passwords import check_password
from accounts.queries.user_list import user_list
from accounts.roles import BY_KEY, GROUPS, KNOWN, ROLES
from accounts.sign_in import add_user
from engine.authorization import ENGINE, Actor
from engine.errors import Forbidden, Invalid, NotFound
from engine.models import Role
from tests.accounts.city import PASSWORD, City

NEW = "long-enough-1"


def test_the_catalogue() -> None:
    assert len(GROUPS) == len(ROLES) == len(BY_KEY)
    assert GROUPS["field_engineer"] == "技术工程师"
    of_the_command_line = {"pack.publish"}
    assert {permission for role in ROLES for permission in role.permissions} == set(KNOWN) - of_the_command_line
    assert "case.read" not in BY_KEY["reporter"].permissions
    assert "task.work" not in BY_KEY["admin"].permissions | BY_KEY["auditor"].permissions
    holders = {"definition.publish": {"process_owner"}, "user.admin": {"admin"}, "job.retry": {"operator"}}
    for permission, keys in holders.items():
        assert {role.key for role in ROLES if permission in role.permissions} == keys


def test_the_table_of_roles_follows_the_catalogue(city: City) -> None:
    assert city.engine.run(sync_roles, ENGINE) == []
    with city.engine.database.writing.begin() as connection:
        connection.execute(update(Role).where(Role.name == "auditor").values(permissions=["user.admin"]))
        connection.execute(insert(Role).values(name="own_role", description="自设", permissions=["case.read"]))
    assert city.engine.run(sync_roles, ENGINE) == ["auditor"]
    with city.engine.read() as connection:
        stored = {name: held for name, held in connection.execute(select(Role.name, Role.permissions))}
    assert stored.pop("own_role") == ["case.read"]
    assert stored == {role.key: sorted(role.permissions) for role in ROLES}
    with pytest.raises(Forbidden):
        city.engine.run(sync_roles, Actor(1, "x", 1))


@pytest.mark.parametrize(
    "password",
    [
        "ninechars",
        "1234567890",
        "9876543210",
        "abcdefghijkl",
        "aaaaaaaaaaaa",
        "abababababab",
        "Password123!",
        "123password456",
        "LINA2026-lamp",
        "signalbox2026",
        "P@ssw0rd2026",
        "woaini1314520",
        "x" * 100 + "yzabcdef" * 20,
    ],
)
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(PasswordTooWeak) as refused:
        check_password(password, "lina")
    assert refused.value.params == {"least": 10}


@pytest.mark.parametrize(
    "password", ["ten chars!", PASSWORD, "路灯十七号在黄昏时亮", "correct horse", "passwords are hard"]
)
def test_good_passwords_are_taken(password: str) -> None:
    check_password(password, "lina")


def add(city: City, actor: Actor, organisation: str, username: str, *roles: str, name: str = "某人") -> int:
    with city.app.app_context():
        return add_user(city.engine, actor, city.organisations[organisation], username, name, PASSWORD, roles)


def test_an_administrator_adds_people_of_the_own_organisation(city: City) -> None:
    boss = Actor(city.users["boss"], "boss", city.organisations["bureau"], permissions=frozenset({"user.admin"}))
    add(city, boss, "bureau", "zhang", "reporter")
    assert city.browser().sign_in("zhang").status_code == 302
    with pytest.raises(NotFound):
        add(city, boss, "lamp", "chen", "reporter")
    with pytest.raises(Forbidden):
        add(city, Actor(9, "x", city.organisations["bureau"]), "bureau", "chen", "reporter")
    with pytest.raises(NameTaken):
        add(city, boss, "bureau", "LINA", "reporter")
    with city.engine.read() as connection:
        assert [user.username for user in user_list(connection, boss)] == ["boss", "wang", "zhang"]
        assert [user.username for user in user_list(connection, ENGINE)] == ["boss", "lina", "wang", "zhang"]
        with pytest.raises(Forbidden):
            user_list(connection, Actor(9, "x", city.organisations["bureau"]))


@pytest.mark.parametrize(
    ("organisation", "role", "kind", "name"),
    [
        ("lamp", "owner_approver", ("运维单位", "contractor"), "业主单位"),
        ("lamp", "auditor", ("运维单位", "contractor"), "监督检查"),
        ("lamp", "network_unit", ("运维单位", "contractor"), "网络运营商"),
        ("bureau", "contractor_lead", ("业主单位", "client"), "项目经理"),
    ],
)
def test_a_role_is_open_to_some_kinds_of_organisations(
    city: City, organisation: str, role: str, kind: tuple[str, str], name: str
) -> None:
    """A contractor's administrator makes nobody an approver of the contractor's own deferrals; nor do we."""
    permissions = frozenset({"user.admin"})
    chief = Actor(city.users["boss"], "chief", city.organisations[organisation], permissions=permissions)
    for actor in (chief, ENGINE):
        with pytest.raises(Invalid) as refused:
            add(city, actor, organisation, "zhang", "admin", role)
        zh, en = f"{kind[0]}的人员不能担任这些角色：{name}。", f"People of a {kind[1]} cannot hold these roles: {role}."
        assert refused.value.fields == {"roles": [{"code": "not_for_this_kind", "zh": zh, "en": en}]}
    add(city, chief, organisation, "zhang", "admin", "field_engineer")


def test_every_role_is_open_to_a_kind_that_there_is() -> None:
    assert [role.key for role in ROLES if not role.kinds or not role.kinds <= set(KINDS)] == []
    approvers = {"owner_approver", "auditor", "process_owner", "line_officer"}
    assert {role.key: set(role.kinds) for role in ROLES if role.key in approvers} == {
        key: {"client"} for key in approvers
    }


@pytest.mark.parametrize("username", ["abc", "1abc", "张三丰张", "a b c d", "x" * 61, "a/../b"])
def test_sign_in_names_are_plain(city: City, username: str) -> None:
    with pytest.raises(Invalid) as refused:
        add(city, ENGINE, "bureau", username, "no_such_role", name="")
    assert list(refused.value.fields) == ["username", "display_name", "roles"]


def test_an_organisation_has_one_key(city: City) -> None:
    with pytest.raises(NameTaken):
        city.engine.run(create_organisation, ENGINE, "lamp", "另一家", "contractor")
    with pytest.raises(Forbidden):
        city.engine.run(create_organisation, Actor(1, "x", 1), "new", "新", "client")


def test_the_command_line(city: City) -> None:
    say = city.app.test_cli_runner().invoke
    admin = say(args=["user", "create-admin", "chief", "--organisation", "hall"], input=f"{PASSWORD}\n{PASSWORD}\n")
    assert admin.exit_code == 0, admin.output
    words = f"user create zhao --name 赵工 --organisation lamp --role field_engineer --role dispatcher --password {NEW}"
    made = say(args=words.split())
    assert made.exit_code == 0, made.output
    assert say(args=["user", "list"]).output.splitlines() == [
        "boss\tbureau\tactive\tadmin\tboss",
        "chief\thall\tactive\tadmin\t系统管理员",
        "lina\tlamp\tactive\tdispatcher,field_engineer\tlina",
        "wang\tbureau\tactive\treporter\twang",
        "zhao\tlamp\tactive\tdispatcher,field_engineer\t赵工",
    ]
    assert city.browser().sign_in("chief").status_code == 302
    key = say(args=["api-key", "create", "zhao", "--name", "story", "--scope", "case.read", "--days", "1"])
    assert key.exit_code == 0
    number, secret = key.output.split()
    headers = {"Authorization": f"Bearer {secret}"}
    assert city.app.test_client().get("/api/tickets", headers=headers).status_code == 200
    assert say(args=["api-key", "revoke", number]).exit_code == 0
    assert city.app.test_client().get("/api/tickets", headers=headers).status_code == 401


def test_links_and_factors_on_the_command_line(city: City) -> None:
    say = city.app.test_cli_runner().invoke
    made = say(args=["user", "reset-link", " WANG ", "--address", "https://city.example/"])
    assert made.exit_code == 0, made.output
    address, until = made.output.split()
    assert until == "2026-11-21T02:00:00+00:00"
    path, _, token = address.rpartition("/")
    assert path == "https://city.example/reset"
    assert city.browser().post("/reset", token=token, new=NEW + " lamp").text == "set"
    assert say(args=["user", "reset-link", "wang"]).output.startswith("/reset/")
    none = say(args=["user", "reset-second-factor", "lina"])
    assert (none.exit_code, "没有绑定动态验证码" in none.output) == (1, True)
    browser = city.browser()
    browser.sign_in("lina")
    secret = b32decode(browser.post("/factor", password=PASSWORD).json["secret"].replace(" ", ""))
    browser.post("/factor/confirm", code=code_at(secret, city.clock.now()))
    assert browser.sign_in("lina").json["code"] == "code_required"
    assert say(args=["user", "reset-second-factor", "lina"]).exit_code == 0
    assert browser.sign_in("lina").status_code == 302


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("user create zhao --name x --organisation lamp --role dispatcher --password weak", "请换一个口令"),
        ("user create zhao --name x --organisation none --role dispatcher --password weak", "没有单位 none"),
        (f"user create lina --name x --organisation lamp --role dispatcher --password {NEW}", "已被使用"),
        (f"user create zhao --name x --organisation lamp --role nobody --password {NEW}", "roles: 没有这些角色"),
        ("api-key create nobody --name x --scope case.read", "找不到该用户"),
        ("user reset-link nobody", "找不到该用户"),
        ("user reset-second-factor nobody", "找不到该用户"),
        ("api-key revoke 999999", "找不到该密钥"),
    ],
)
def test_refusals_on_the_command_line_have_words(city: City, arguments: str, words: str) -> None:
    said = city.app.test_cli_runner().invoke(args=arguments.split())
    assert said.exit_code == 1
    assert words in said.output

from datetime import datetime, timedelta, timezone

import pytest
from huaweicloudsdkapig.v2 import AppCreate, AppResetCreate
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from conftest import invalid, is_id

GONE = dict(app_id="gone")
NOT_FOUND = (ClientRequestException, 404, "APIG.3004", "App gone does not exist")
BODY = dict(body=AppCreate(name="other"))


def is_now(time):
    return abs(datetime.now(timezone.utc) - time) < timedelta(seconds=60)


def test_create_answers_the_whole_app(gateway):
    app = gateway.create_an_app_v2(
        body=AppCreate(name="app_demo", remark="Demo app", app_key="app-key-1", app_secret="secret#1")
    )
    assert app.status_code == 201
    assert is_id(app.id)
    assert (app.name, app.remark, app.creator) == ("app_demo", "Demo app", "USER")
    assert (app.app_key, app.app_secret) == ("app-key-1", "secret#1")
    assert (app.status, app.app_type) == (1, "apig")
    assert is_now(app.register_time) and is_now(app.update_time)


def test_create_makes_up_the_key_and_the_secret(app):
    assert is_id(app.app_key) and is_id(app.app_secret)


def test_list_has_the_newest_first_in_pages(gateway):
    ids = [gateway.create_an_app_v2(body=AppCreate(name=f"app_{i}")).id for i in range(5)]
    first = gateway.list_apps_v2(limit=2)
    assert (first.total, first.size) == (5, 2)
    assert [app.id for app in first.apps] == [ids[4], ids[3]]
    last = gateway.list_apps_v2(limit=2, offset=4)
    assert (last.total, last.size) == (5, 1)
    assert [app.id for app in last.apps] == [ids[0]]
    assert gateway.list_apps_v2(offset=5).apps == []


def test_list_filters_by_a_part_of_the_name_or_the_whole(gateway):
    for name in ("shop", "shop_test", "billing"):
        gateway.create_an_app_v2(body=AppCreate(name=name))
    assert [app.name for app in gateway.list_apps_v2(name="shop").apps] == ["shop_test", "shop"]
    precise = gateway.list_apps_v2(name="shop", precise_search="name")
    assert [app.name for app in precise.apps] == ["shop"]


def test_list_shows_what_an_app_is_bound_to(gateway, app):
    (listed,) = gateway.list_apps_v2(id=app.id).apps
    assert (listed.id, listed.app_secret, listed.bind_num) == (app.id, app.app_secret, 0)
    assert is_now(listed.register_time)


def test_show_answers_the_app_with_its_secret(gateway, app):
    shown = gateway.show_details_of_app_v2(app_id=app.id)
    assert shown.status_code == 200
    assert (shown.name, shown.app_key, shown.app_secret) == ("app_demo", app.app_key, app.app_secret)
    assert shown.register_time == app.register_time.replace(microsecond=0)


def test_update_changes_the_app_and_keeps_its_key(gateway, app):
    updated = gateway.update_app_v2(app_id=app.id, body=AppCreate(name="renamed", remark=""))
    # An empty remark keeps the old one.
    assert (updated.id, updated.name, updated.remark) == (app.id, "renamed", "Demo app")
    assert (updated.app_key, updated.app_secret) == (app.app_key, app.app_secret)
    assert updated.update_time >= app.update_time
    assert gateway.show_details_of_app_v2(app_id=app.id).name == "renamed"


def test_reset_replaces_the_secret(gateway, app):
    fresh = gateway.resetting_app_secret_v2(app_id=app.id, body=AppResetCreate())
    assert is_id(fresh.app_secret) and fresh.app_secret != app.app_secret
    given = gateway.resetting_app_secret_v2(app_id=app.id, body=AppResetCreate(app_secret="secret#2"))
    assert given.app_secret == "secret#2"
    assert gateway.show_details_of_app_v2(app_id=app.id).app_secret == "secret#2"


def test_check_answers_the_name_and_the_remark_only(gateway, app):
    checked = gateway.check_app_v2(app_id=app.id)
    assert checked.to_json_object() == {"id": app.id, "name": "app_demo", "remark": "Demo app"}


def test_delete_takes_the_app_away(gateway, app, refused):
    assert gateway.delete_app_v2(app_id=app.id).status_code == 204
    refused(
        "show_details_of_app_v2",
        dict(app_id=app.id),
        ClientRequestException,
        404,
        "APIG.3004",
        f"App {app.id} does not exist",
    )


@pytest.mark.parametrize(
    "method, fields, error",
    [
        (
            "create_an_app_v2",
            dict(body=AppCreate(name="1")),
            (ClientRequestException, 400, "APIG.2011", invalid("name")),
        ),
        (
            "list_apps_v2",
            dict(instance_id="i" * 65),
            (ClientRequestException, 400, "APIG.2012", invalid("instance_id")),
        ),
        ("show_details_of_app_v2", GONE, NOT_FOUND),
        ("update_app_v2", GONE | BODY, NOT_FOUND),
        ("resetting_app_secret_v2", GONE | dict(body=AppResetCreate()), NOT_FOUND),
        ("check_app_v2", GONE, NOT_FOUND),
        ("delete_app_v2", GONE, NOT_FOUND),
        (
            "delete_app_v2",
            dict(app_id="i" * 65),
            (ClientRequestException, 400, "APIG.2012", invalid("id")),
        ),
    ],
)
def test_refuses(refused, method, fields, error):
    refused(method, fields, *error)


def test_refuses_a_name_that_is_taken(refused, app):
    refused(
        "create_an_app_v2",
        dict(body=AppCreate(name=app.name)),
        ClientRequestException,
        400,
        "APIG.3203",
        "The app name already exists",
    )

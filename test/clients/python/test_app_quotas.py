from datetime import datetime, timedelta

import pytest
from huaweicloudsdkapig.v2 import AppCreate, AppQuotaCreate, CreateAppQuotaBindingApp
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from conftest import invalid, is_id

# The documented create answers its time as that of China, `…+08:00`. The client puts a Z behind
# whatever does not end in one, which is then no time: it warns and answers the text.
pytestmark = pytest.mark.filterwarnings("ignore:Unable to convert string to datetime")

GONE = dict(app_quota_id="gone")
NO_QUOTA = (ClientRequestException, 404, "APIG.3093", "App quota gone does not exist")
NO_QUOTA_TO_BIND = (ClientRequestException, 404, "APIG.3093", "The App quota gone does not exist")


def body(name="quota_demo", **fields):
    given = dict(call_limits=1000, time_unit="DAY", time_interval=1) | fields
    return dict(body=AppQuotaCreate(name=name, **given))


@pytest.fixture
def quota(gateway):
    return gateway.create_app_quota(**body(remark="Demo", reset_time="2030-09-20 00:00:00"))


@pytest.fixture
def bound(gateway, app, quota):
    binding = CreateAppQuotaBindingApp(app_ids=[app.id])
    return gateway.associate_apps_for_app_quota(app_quota_id=quota.app_quota_id, body=binding)


def test_create_answers_the_quota(quota):
    assert quota.status_code == 201
    assert is_id(quota.app_quota_id)
    assert (quota.name, quota.remark, quota.bound_app_num) == ("quota_demo", "Demo", 0)
    assert (quota.call_limits, quota.time_unit, quota.time_interval) == (1000, "DAY", 1)
    assert quota.reset_time == "2030-09-20 00:00:00"
    assert datetime.fromisoformat(quota.create_time).utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize("unit", ["SECOND", "MINUTE", "HOUR", "DAY"])
def test_create_takes_each_unit_of_time(gateway, unit):
    assert gateway.create_app_quota(**body(time_unit=unit)).time_unit == unit


def test_list_filters_by_a_part_of_the_name_in_pages(gateway, quota):
    gateway.create_app_quota(**body("other"))
    page = gateway.list_app_quotas(limit=1)
    assert (page.total, page.size, page.quotas[0].name) == (2, 1, "other")
    found = gateway.list_app_quotas(name="demo").quotas
    assert [each.app_quota_id for each in found] == [quota.app_quota_id]


def test_show_answers_the_quota_with_the_zone_of_its_reset_time(gateway, quota):
    shown = gateway.show_app_quota(app_quota_id=quota.app_quota_id)
    assert (shown.name, shown.call_limits) == ("quota_demo", 1000)
    assert shown.reset_time == "2030-09-20 00:00:00 +0000 +0000"
    assert isinstance(shown.create_time, datetime)


def test_update_changes_it(gateway, quota):
    changed = gateway.update_app_quota(
        app_quota_id=quota.app_quota_id, **body(call_limits=5, time_unit="HOUR")
    )
    assert (changed.call_limits, changed.time_unit) == (5, "HOUR")
    assert isinstance(changed.create_time, datetime)


def test_delete_takes_it_away(gateway, quota):
    assert gateway.delete_app_quota(app_quota_id=quota.app_quota_id).status_code == 204
    assert gateway.list_app_quotas().quotas == []


def test_an_app_moves_from_the_bindable_to_the_bound_and_back(gateway, app, quota):
    of_quota = dict(app_quota_id=quota.app_quota_id)
    assert [each.app_id for each in gateway.list_app_quota_bindable_apps(**of_quota).apps] == [app.id]

    binding = CreateAppQuotaBindingApp(app_ids=[app.id])
    created = gateway.associate_apps_for_app_quota(**of_quota, body=binding)
    assert created.status_code == 201
    (applied,) = created.applies
    assert (applied.app_id, applied.app_quota_id) == (app.id, quota.app_quota_id)
    assert isinstance(applied.bound_time, datetime)

    assert gateway.list_app_quota_bindable_apps(**of_quota).apps == []
    (listed,) = gateway.list_app_quota_bound_apps(**of_quota, app_name="demo").apps
    assert (listed.app_id, listed.name, listed.app_quota_name) == (app.id, app.name, quota.name)
    assert isinstance(listed.bound_time, datetime) and isinstance(listed.register_time, datetime)
    assert gateway.show_app_quota(**of_quota).bound_app_num == 1

    answer = gateway.disassociate_app_quota_with_app(**of_quota, app_id=app.id)
    assert answer.status_code == 204
    assert gateway.list_app_quota_bound_apps(**of_quota).apps == []


def test_an_app_shows_its_quota(gateway, app, quota, bound):
    shown = gateway.show_app_bound_app_quota(app_id=app.id)
    assert (shown.app_quota_id, shown.name) == (quota.app_quota_id, "quota_demo")
    assert isinstance(shown.create_time, datetime)


def test_an_app_without_a_quota_shows_none(gateway, app):
    assert gateway.show_app_bound_app_quota(app_id=app.id).to_json_object() == {}


@pytest.mark.parametrize(
    "method, fields, error",
    [
        ("show_app_quota", GONE, NO_QUOTA),
        ("update_app_quota", GONE | body(), NO_QUOTA),
        ("delete_app_quota", GONE, NO_QUOTA),
        ("list_app_quota_bindable_apps", GONE, NO_QUOTA_TO_BIND),
        ("list_app_quota_bound_apps", GONE, NO_QUOTA_TO_BIND),
        (
            "associate_apps_for_app_quota",
            GONE | dict(body=CreateAppQuotaBindingApp(app_ids=["any"])),
            NO_QUOTA_TO_BIND,
        ),
        ("disassociate_app_quota_with_app", GONE | dict(app_id="any"), NO_QUOTA_TO_BIND),
        (
            "show_app_bound_app_quota",
            dict(app_id="gone"),
            (ClientRequestException, 404, "APIG.3004", "App gone does not exist"),
        ),
    ],
)
def test_refuses_what_is_not_there(refused, method, fields, error):
    refused(method, fields, *error)


def test_list_refuses_a_gateway_id_that_can_be_none(refused):
    fields = dict(instance_id="i" * 65)
    refused(
        "list_app_quotas", fields, ClientRequestException, 400, "APIG.2012", invalid("instance_id")
    )


@pytest.mark.parametrize("method", ["create_app_quota", "update_app_quota"])
def test_refuses_a_name_that_is_taken(gateway, refused, quota, method):
    other = gateway.create_app_quota(**body("other"))
    fields = body("quota_demo")
    if method == "update_app_quota":
        fields |= dict(app_quota_id=other.app_quota_id)
    refused(
        method,
        fields,
        ClientRequestException,
        400,
        "APIG.3325",
        "The API quota name already exists",
    )

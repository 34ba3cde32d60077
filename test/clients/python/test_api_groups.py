import pytest
from huaweicloudsdkapig.v2 import (
    ApiGroupBase,
    ApiGroupCheck,
    ApiGroupCreate,
    ResponseInfo,
    ResponsesCreate,
    SlDomainAccessSetting,
    UrlDomainCreate,
    UrlDomainModify,
)
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from conftest import invalid, is_id

# The client reads every time as if it ended in Z; a new response has one of China.
pytestmark = pytest.mark.filterwarnings("ignore:Unable to convert string to datetime")

UNKNOWN = "API group gone does not exist"


@pytest.fixture
def group(gateway):
    return gateway.create_api_group_v2(body=ApiGroupCreate(name="group_demo", remark="r"))


@pytest.fixture
def domain(gateway, group):
    return gateway.associate_domain_v2(
        group_id=group.id, body=UrlDomainCreate(url_domain="www.example.com")
    )


@pytest.fixture
def response(gateway, group):
    return gateway.create_gateway_response_v2(
        group_id=group.id,
        body=ResponsesCreate(
            name="mine", responses={"NOT_FOUND": ResponseInfo(status=410, body="gone")}
        ),
    )


def test_a_group_lives(gateway, group):
    assert (group.status_code, is_id(group.id)) == (201, True)
    assert group.sl_domain == f"{group.id}.apic.localhost"
    names = [each.name for each in gateway.list_api_groups_v2().groups]
    assert names == ["group_demo", "DEFAULT"]
    shown = gateway.show_details_of_api_group_v2(group_id=group.id)
    assert (shown.name, shown.remark) == ("group_demo", "r")
    updated = gateway.update_api_group_v2(group_id=group.id, body=ApiGroupBase(name="other"))
    assert (updated.name, updated.remark) == ("other", "")
    check = gateway.check_api_groups_v2(body=ApiGroupCheck(group_name="free"))
    assert check.status_code == 204
    setting = SlDomainAccessSetting(sl_domain_access_enabled=False)
    assert gateway.update_sl_domain_setting_v2(group_id=group.id, body=setting).status_code == 204
    assert gateway.list_api_groups_quantities_v2().onsell_nums == 2
    assert gateway.delete_api_group_v2(group_id=group.id).status_code == 204


def test_a_domain_lives(gateway, group, domain):
    assert (domain.status_code, domain.url_domain, domain.status) == (201, "www.example.com", 3)
    changed = gateway.update_domain_v2(
        group_id=group.id, domain_id=domain.id, body=UrlDomainModify(min_ssl_version="TLSv1.2")
    )
    assert (changed.status_code, changed.min_ssl_version) == (201, "TLSv1.2")
    [shown] = gateway.show_details_of_api_group_v2(group_id=group.id).url_domains
    assert (shown.id, shown.domain) == (domain.id, "www.example.com")
    deleted = gateway.disassociate_domain_v2(group_id=group.id, domain_id=domain.id)
    assert deleted.status_code == 204


def test_a_gateway_response_lives(gateway, group, response):
    assert (response.status_code, response.responses["NOT_FOUND"].status) == (201, 410)
    path = dict(group_id=group.id, response_id=response.id)
    shown = gateway.show_details_of_gateway_response_v2(**path)
    assert (shown.name, len(shown.responses)) == ("mine", 17)
    assert gateway.list_gateway_responses_v2(group_id=group.id).total == 2
    typed = path | dict(response_type="THROTTLED")
    body = ResponseInfo(status=503, body="later")
    assert gateway.update_gateway_response_type_v2(**typed, body=body).status_code == 200
    assert gateway.show_details_of_gateway_response_type_v2(**typed).status_code == 200
    assert gateway.delete_gateway_response_type_v2(**typed).status_code == 204
    replaced = gateway.update_gateway_response_v2(**path, body=ResponsesCreate(name="mine"))
    assert replaced.responses["NOT_FOUND"].default is True
    assert gateway.delete_gateway_response_v2(**path).status_code == 204


@pytest.mark.parametrize(
    "method, fields",
    [
        ("show_details_of_api_group_v2", {}),
        ("update_api_group_v2", dict(body=ApiGroupBase(name="other"))),
        ("delete_api_group_v2", {}),
        (
            "update_sl_domain_setting_v2",
            dict(body=SlDomainAccessSetting(sl_domain_access_enabled=True)),
        ),
        ("associate_domain_v2", dict(body=UrlDomainCreate(url_domain="www.example.com"))),
        (
            "update_domain_v2",
            dict(domain_id="x", body=UrlDomainModify(min_ssl_version="TLSv1.2")),
        ),
        ("disassociate_domain_v2", dict(domain_id="x")),
        ("list_gateway_responses_v2", {}),
        ("create_gateway_response_v2", dict(body=ResponsesCreate(name="mine"))),
        ("show_details_of_gateway_response_v2", dict(response_id="x")),
        ("update_gateway_response_v2", dict(response_id="x", body=ResponsesCreate(name="mine"))),
        ("delete_gateway_response_v2", dict(response_id="x")),
        (
            "show_details_of_gateway_response_type_v2",
            dict(response_id="x", response_type="NOT_FOUND"),
        ),
        (
            "update_gateway_response_type_v2",
            dict(response_id="x", response_type="NOT_FOUND", body=ResponseInfo(body="b")),
        ),
        ("delete_gateway_response_type_v2", dict(response_id="x", response_type="NOT_FOUND")),
    ],
)
def test_refuses_a_group_that_is_not_there(refused, method, fields):
    given = dict(group_id="gone") | fields
    refused(method, given, ClientRequestException, 404, "APIG.3001", UNKNOWN)


def test_refuses_bad_values(refused, group):
    for method, body in [
        ("create_api_group_v2", ApiGroupCreate(name="a!")),
        ("update_api_group_v2", ApiGroupBase(name="a!")),
    ]:
        fields = dict(body=body) | (dict(group_id=group.id) if "update" in method else {})
        refused(method, fields, ClientRequestException, 400, "APIG.2011", invalid("name"))
    refused(
        "check_api_groups_v2",
        dict(body=ApiGroupCheck(group_name="group_demo")),
        ClientRequestException,
        400,
        "APIG.3201",
        "The API group name already exists",
    )
    refused(
        "list_api_groups_v2",
        dict(limit="many"),
        ClientRequestException,
        400,
        "APIG.2012",
        invalid("limit"),
    )
    refused(
        "list_api_groups_quantities_v2",
        dict(instance_id="a" * 65),
        ClientRequestException,
        400,
        "APIG.2012",
        invalid("instance_id"),
    )

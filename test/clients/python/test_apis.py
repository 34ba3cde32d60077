import pytest
from huaweicloudsdkapig.v2 import (
    ApiActionInfo,
    ApiBatchPublish,
    ApiCheckInfoV2,
    ApiCreate,
    ApiDebugInfo,
    ApiMockCreate,
    ApiVersion,
    ReqParamBase,
)
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from conftest import is_id

RELEASE = "DEFAULT_ENVIRONMENT_RELEASE_ID"
NO_API = (ClientRequestException, 404, "APIG.3002", "API gone does not exist")
NO_VERSION = (ClientRequestException, 404, "APIG.3022", "The API version does not exist,id:gone")


@pytest.fixture
def group_id(gateway):
    return gateway.list_api_groups_v2().groups[0].id


def definition(group_id, **fields):
    given = dict(
        name="api_demo",
        type=1,
        req_protocol="HTTPS",
        req_method="GET",
        req_uri="/users/{name}",
        auth_type="APP",
        backend_type="MOCK",
        group_id=group_id,
        mock_info=ApiMockCreate(result_content="hello"),
        req_params=[ReqParamBase(name="name", type="STRING", location="PATH")],
    )
    return ApiCreate(**(given | fields))


@pytest.fixture
def api(gateway, group_id):
    return gateway.create_api_v2(body=definition(group_id, remark="Demo"))


def act(api_id, action="online", env_id=RELEASE):
    return dict(body=ApiActionInfo(action=action, env_id=env_id, api_id=api_id))


@pytest.fixture
def published(gateway, api):
    return gateway.create_or_delete_publish_record_for_api_v2(**act(api.id))


def test_an_api_lives(gateway, api, group_id):
    assert (api.status_code, api.name, is_id(api.id)) == (201, "api_demo", True)
    assert (api.req_params[0].required, api.mock_info.result_content) == (1, "hello")
    assert [each.id for each in gateway.list_apis_v2(name="demo").apis] == [api.id]
    changed = definition(group_id, name="api_other", req_uri="/other", req_params=[])
    updated = gateway.update_api_v2(api_id=api.id, body=changed)
    assert (updated.name, updated.remark, updated.req_params) == ("api_other", "", [])
    shown = gateway.show_details_of_api_v2(api_id=api.id)
    assert (shown.name, shown.api_group_info.name) == ("api_other", "DEFAULT")
    assert gateway.delete_api_v2(api_id=api.id).status_code == 204
    assert gateway.list_apis_v2().total == 0


def test_an_api_is_published_and_taken_offline(gateway, api, published):
    assert (published.status_code, published.api_name) == (201, "api_demo")
    shown = gateway.show_details_of_api_v2(api_id=api.id)
    assert (shown.run_env_name, shown.publish_id) == ("RELEASE", published.publish_id)
    runtime = gateway.list_api_runtime_definition_v2(api_id=api.id)
    assert (runtime.publish_id, runtime.sl_domain) == (
        published.publish_id,
        shown.api_group_info.sl_domain,
    )
    gateway.create_or_delete_publish_record_for_api_v2(**act(api.id, "offline"))
    assert gateway.show_details_of_api_v2(api_id=api.id).publish_id == ""


def test_apis_are_published_in_a_batch(gateway, api):
    body = ApiBatchPublish(apis=[api.id, "gone"], env_id=RELEASE)
    answer = gateway.batch_publish_or_offline_api_v2(action="online", body=body)
    assert [each.api_id for each in answer.success] == [api.id]
    (failure,) = answer.failure
    assert (failure.error_code, failure.error_msg) == ("APIG.3002", "Api gone not found")


def test_versions_are_listed_switched_shown_and_taken_offline(gateway, api, published):
    gateway.create_or_delete_publish_record_for_api_v2(**act(api.id))
    versions = gateway.list_api_versions_v2(api_id=api.id).api_versions
    assert [each.status for each in versions] == [1, 2]
    body = ApiVersion(version_id=published.version_id)
    switched = gateway.change_api_version_v2(api_id=api.id, body=body)
    assert switched.publish_id == published.publish_id
    detail = gateway.list_api_version_detail_v2(version_id=published.version_id)
    assert (detail.id, detail.mock_info.result_content) == (api.id, "hello")
    deleted = gateway.delete_api_by_version_id_v2(version_id=published.version_id)
    assert deleted.status_code == 204
    assert gateway.show_details_of_api_v2(api_id=api.id).run_env_id == ""


def debug_call():
    return ApiDebugInfo(method="GET", mode="DEVELOPER", path="/users/eve", scheme="HTTPS")


def test_an_api_is_debugged(gateway, api):
    answer = gateway.debug_api_v2(api_id=api.id, body=debug_call())
    assert answer.response.startswith("HTTP/1.1 200")
    assert answer.response.endswith("hello")


def test_a_free_name_is_checked(gateway, api, group_id):
    body = ApiCheckInfoV2(type="name", name="api_free", group_id=group_id)
    assert gateway.check_apis_v2(body=body).status_code == 204


@pytest.mark.parametrize(
    "method, fields, error",
    [
        ("show_details_of_api_v2", dict(api_id="gone"), NO_API),
        ("update_api_v2", dict(api_id="gone", body=definition("any")), NO_API),
        ("delete_api_v2", dict(api_id="gone"), NO_API),
        ("debug_api_v2", dict(api_id="gone", body=debug_call()), NO_API),
        ("create_or_delete_publish_record_for_api_v2", act("gone"), NO_API),
        ("list_api_versions_v2", dict(api_id="gone"), NO_API),
        (
            "change_api_version_v2",
            dict(api_id="gone", body=ApiVersion(version_id="any")),
            NO_API,
        ),
        ("list_api_runtime_definition_v2", dict(api_id="gone"), NO_API),
        ("list_api_version_detail_v2", dict(version_id="gone"), NO_VERSION),
        ("delete_api_by_version_id_v2", dict(version_id="gone"), NO_VERSION),
        (
            "create_api_v2",
            dict(body=definition("gone")),
            (ClientRequestException, 404, "APIG.3001", "API group gone does not exist"),
        ),
        (
            "batch_publish_or_offline_api_v2",
            dict(action="pause", body=ApiBatchPublish(apis=[], env_id=RELEASE)),
            (
                ClientRequestException,
                400,
                "APIG.2011",
                'Invalid parameter value: parameter action should be "online" or "offline"',
            ),
        ),
        (
            "list_apis_v2",
            dict(instance_id="i" * 65),
            (
                ClientRequestException,
                400,
                "APIG.2012",
                "Invalid parameter value,parameterName:instance_id. "
                "Please refer to the support documentation",
            ),
        ),
    ],
)
def test_refuses_what_is_not_there(refused, method, fields, error):
    refused(method, fields, *error)


def test_refuses_a_name_that_is_taken(refused, api, group_id):
    body = ApiCheckInfoV2(type="name", name="api_demo", group_id=group_id)
    message = "The API name already exists, api_name:api_demo"
    refused("check_apis_v2", dict(body=body), ClientRequestException, 400, "APIG.3202", message)

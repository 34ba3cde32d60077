import pytest
from huaweicloudsdkapig.v2 import ApiAuthCreate, ApiCreate, ApiMockCreate
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

RELEASE = "DEFAULT_ENVIRONMENT_RELEASE_ID"
NO_APP = (ClientRequestException, 404, "APIG.3004", "App gone does not exist")
NO_API = (ClientRequestException, 404, "APIG.3002", "API gone does not exist")


@pytest.fixture
def api(gateway):
    body = ApiCreate(
        name="api_demo",
        type=1,
        req_protocol="HTTPS",
        req_method="GET",
        req_uri="/demo",
        auth_type="APP",
        backend_type="MOCK",
        group_id=gateway.list_api_groups_v2().groups[0].id,
        mock_info=ApiMockCreate(result_content="hello"),
    )
    return gateway.create_api_v2(body=body)


def body(api_id, app_id, env_id=RELEASE):
    return dict(body=ApiAuthCreate(env_id=env_id, api_ids=[api_id], app_ids=[app_id]))


@pytest.fixture
def auth(gateway, api, app):
    (created,) = gateway.create_authorizing_apps_v2(**body(api.id, app.id)).auths
    return created


def test_an_authorization_lives(gateway, api, app, auth):
    assert (auth.api_id, auth.app_id, auth.auth_result.status) == (api.id, app.id, "SUCCESS")
    (of_app,) = gateway.list_apis_binded_to_app_v2(app_id=app.id, env_id=RELEASE).auths
    assert (of_app.id, of_app.api_name, of_app.env_name) == (auth.id, "api_demo", "RELEASE")
    (of_api,) = gateway.list_apps_binded_to_api_v2(api_id=api.id).auths
    assert (of_api.id, of_api.app_name, of_api.app_remark) == (auth.id, "app_demo", "Demo app")
    assert gateway.canceling_authorization_v2(app_auth_id=auth.id).status_code == 204
    unbound = gateway.list_apis_unbinded_to_app_v2(app_id=app.id, env_id=RELEASE)
    assert [each.id for each in unbound.apis] == [api.id]


def test_a_second_authorization_is_skipped(gateway, api, app, auth):
    (again,) = gateway.create_authorizing_apps_v2(**body(api.id, app.id)).auths
    assert (again.id, again.auth_result.status) == (auth.id, "SKIPPED")


@pytest.mark.parametrize(
    "method, fields, error",
    [
        ("create_authorizing_apps_v2", body("any", "gone"), NO_APP),
        (
            "create_authorizing_apps_v2",
            body("any", "any", "gone"),
            (ClientRequestException, 404, "APIG.3003", "Environment gone does not exist"),
        ),
        ("list_apis_binded_to_app_v2", dict(app_id="gone"), NO_APP),
        ("list_apps_binded_to_api_v2", dict(api_id="gone"), NO_API),
        ("list_apis_unbinded_to_app_v2", dict(app_id="gone", env_id=RELEASE), NO_APP),
        (
            "canceling_authorization_v2",
            dict(app_auth_id="gone"),
            (
                ClientRequestException,
                404,
                "APIG.3009",
                "The app authorization record does not exist,id:gone",
            ),
        ),
    ],
)
def test_refuses_what_is_not_there(refused, method, fields, error):
    refused(method, fields, *error)

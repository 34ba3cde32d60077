import pytest
from huaweicloudsdkapig.v2 import AppCodeCreate
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from conftest import invalid, is_id

CODE = "a" * 64
BODY = dict(body=AppCodeCreate(app_code=CODE))
NO_APP = (ClientRequestException, 404, "APIG.3004", "App gone does not exist")
NO_CODE = (ClientRequestException, 404, "APIG.3082", "AppCode gone does not exist")


def test_create_answers_the_app_code_whole(gateway, app):
    code = gateway.create_app_code_v2(app_id=app.id, **BODY)
    assert code.status_code == 201
    assert is_id(code.id)
    assert (code.app_id, code.app_code) == (app.id, CODE)
    # A string, unlike all other times: the SDK's model says so.
    assert code.create_time.endswith("Z")


def test_generate_makes_one_up(gateway, app):
    code = gateway.create_app_code_auto_v2(app_id=app.id)
    assert code.status_code == 201
    assert 64 <= len(code.app_code) <= 180


def test_list_and_show_answer_it_whole(gateway, app):
    code = gateway.create_app_code_v2(app_id=app.id, **BODY)
    listed = gateway.list_app_codes_v2(app_id=app.id)
    assert (listed.total, listed.size) == (1, 1)
    assert [(each.id, each.app_code) for each in listed.app_codes] == [(code.id, CODE)]
    shown = gateway.show_details_of_app_code_v2(app_id=app.id, app_code_id=code.id)
    assert (shown.id, shown.app_id, shown.app_code) == (code.id, app.id, CODE)


def test_delete_takes_it_away(gateway, app):
    code = gateway.create_app_code_auto_v2(app_id=app.id)
    assert gateway.delete_app_code_v2(app_id=app.id, app_code_id=code.id).status_code == 204
    assert gateway.list_app_codes_v2(app_id=app.id).app_codes == []


@pytest.mark.parametrize(
    "method, fields",
    [
        ("create_app_code_v2", BODY),
        ("create_app_code_auto_v2", {}),
        ("list_app_codes_v2", {}),
        ("show_details_of_app_code_v2", dict(app_code_id="any")),
        ("delete_app_code_v2", dict(app_code_id="any")),
    ],
)
def test_refuses_an_app_that_is_not_there(refused, method, fields):
    refused(method, dict(app_id="gone") | fields, *NO_APP)


@pytest.mark.parametrize("method", ["show_details_of_app_code_v2", "delete_app_code_v2"])
def test_refuses_an_app_code_that_is_not_there(refused, app, method):
    refused(method, dict(app_id=app.id, app_code_id="gone"), *NO_CODE)


def test_refuses_a_short_app_code(refused, app):
    fields = dict(app_id=app.id, body=AppCodeCreate(app_code="short"))
    refused(
        "create_app_code_v2", fields, ClientRequestException, 400, "APIG.2011", invalid("app_code")
    )


def test_refuses_a_sixth_app_code(gateway, refused, app):
    for _ in range(5):
        gateway.create_app_code_auto_v2(app_id=app.id)
    refused(
        "create_app_code_auto_v2",
        dict(app_id=app.id),
        ClientRequestException,
        403,
        "APIG.3131",
        "The number of AppCodes exceeds the maximum allowed limit",
    )

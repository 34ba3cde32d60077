import pytest
from huaweicloudsdkapig.v2 import AppAclCreate
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from conftest import invalid

VALUES = ["192.168.0.5", "10.0.0.0/8", "192.168.0.1-192.168.0.9"]
BODY = dict(body=AppAclCreate(app_acl_type="PERMIT", app_acl_values=VALUES))


def test_update_sets_the_acl(gateway, app):
    acl = gateway.update_app_acl(app_id=app.id, **BODY)
    assert acl.status_code == 201
    assert (acl.app_id, acl.app_acl_type, acl.app_acl_values) == (app.id, "PERMIT", VALUES)


def test_show_answers_it_with_the_values_in_order(gateway, app):
    gateway.update_app_acl(app_id=app.id, **BODY)
    acl = gateway.show_details_of_app_acl(app_id=app.id)
    assert (acl.app_id, acl.app_acl_type, acl.app_acl_values) == (app.id, "PERMIT", VALUES)


def test_show_is_empty_before_the_first_update_and_after_delete(gateway, app):
    assert gateway.show_details_of_app_acl(app_id=app.id).to_json_object() == {}
    gateway.update_app_acl(app_id=app.id, **BODY)
    assert gateway.delete_app_acl(app_id=app.id).status_code == 204
    assert gateway.show_details_of_app_acl(app_id=app.id).app_acl_type is None


@pytest.mark.parametrize(
    "method, fields",
    [("update_app_acl", BODY), ("show_details_of_app_acl", {}), ("delete_app_acl", {})],
)
def test_refuses_an_app_that_is_not_there(refused, method, fields):
    refused(
        method,
        dict(app_id="gone") | fields,
        ClientRequestException,
        404,
        "APIG.3004",
        "App gone does not exist",
    )


def test_refuses_what_is_no_address(refused, app):
    fields = dict(app_id=app.id, body=AppAclCreate("PERMIT", ["not an address"]))
    refused(
        "update_app_acl", fields, ClientRequestException, 400, "APIG.2011", invalid("app_acl_values")
    )

import pytest
from huaweicloudsdkapig.v2 import AclBatchDelete, ApiAclCreate
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from conftest import invalid, is_id

ACL = dict(acl_name="acl_demo", acl_type="PERMIT", acl_value="192.168.1.5", entity_type="IP")
BODY = dict(body=ApiAclCreate(**ACL))


@pytest.fixture
def acl(gateway):
    return gateway.create_acl_strategy_v2(**BODY)


def test_create_and_show(gateway, acl):
    assert acl.status_code == 201
    assert is_id(acl.id)
    shown = gateway.show_details_of_acl_policy_v2(acl_id=acl.id)
    assert {name: getattr(shown, name) for name in ACL} == ACL


def test_list(gateway, acl):
    listed = gateway.list_acl_strategies_v2(acl_type="PERMIT")
    assert [(each.id, each.bind_num) for each in listed.acls] == [(acl.id, 0)]
    assert gateway.list_acl_strategies_v2(acl_type="DENY").total == 0


def test_update(gateway, acl):
    body = ApiAclCreate(**ACL | dict(acl_type="DENY"))
    updated = gateway.update_acl_strategy_v2(acl_id=acl.id, body=body)
    assert (updated.id, updated.acl_type) == (acl.id, "DENY")


def test_delete(gateway, acl):
    assert gateway.delete_acl_v2(acl_id=acl.id).status_code == 204
    assert gateway.list_acl_strategies_v2().total == 0


def test_batch_delete_names_what_failed(gateway, acl):
    body = AclBatchDelete(acls=[acl.id, "gone"])
    result = gateway.batch_delete_acl_v2(action="delete", body=body)
    assert result.success_count == 1
    assert [(each.acl_id, each.error_code) for each in result.failure] == [("gone", "APIG.3006")]


def test_a_bad_type_is_refused(refused):
    fields = dict(body=ApiAclCreate(**ACL | dict(acl_type="ALLOW")))
    refused(
        "create_acl_strategy_v2",
        fields,
        ClientRequestException,
        400,
        "APIG.2011",
        invalid("acl_type"),
    )


@pytest.mark.parametrize(
    "method, fields",
    [
        ("show_details_of_acl_policy_v2", {}),
        ("update_acl_strategy_v2", BODY),
        ("delete_acl_v2", {}),
    ],
)
def test_refuses_a_policy_that_is_not_there(refused, method, fields):
    message = "Access control policy gone does not exist"
    refused(
        method, dict(acl_id="gone") | fields, ClientRequestException, 404, "APIG.3006", message
    )


def test_a_batch_of_another_action_is_refused(refused):
    fields = dict(action="create", body=AclBatchDelete(acls=[]))
    message = 'Invalid parameter value: parameter action should be "delete"'
    refused("batch_delete_acl_v2", fields, ClientRequestException, 400, "APIG.2011", message)


def test_a_list_of_a_bad_page_is_refused(refused):
    refused(
        "list_acl_strategies_v2",
        dict(limit="many"),
        ClientRequestException,
        400,
        "APIG.2012",
        invalid("limit"),
    )

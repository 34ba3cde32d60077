from datetime import timezone

import pytest
from huaweicloudsdkapig.v2 import AiApiKeyCreate
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from conftest import invalid, is_id

KEY = "Zm9vYmFyMTIzNDU2Nzg5MGFiY2RlZg=="
BODY = dict(body=AiApiKeyCreate(ai_api_key=KEY, alias="team-a"))


def test_create_answers_the_key_whole(gateway, app):
    key = gateway.create_ai_api_key(app_id=app.id, **BODY)
    assert key.status_code == 201
    assert is_id(key.id)
    assert (key.app_id, key.ai_api_key, key.alias) == (app.id, KEY, "team-a")
    assert key.create_time.tzinfo.utcoffset(None) == timezone.utc.utcoffset(None)


def test_create_makes_a_key_up(gateway, app):
    key = gateway.create_ai_api_key(app_id=app.id, body=AiApiKeyCreate())
    assert 8 <= len(key.ai_api_key) <= 128
    assert key.alias is None


def test_list_masks_what_show_answers_whole(gateway, app):
    key = gateway.create_ai_api_key(app_id=app.id, **BODY)
    listed = gateway.list_ai_api_keys(app_id=app.id)
    assert (listed.total, listed.size) == (1, 1)
    assert [(each.id, each.ai_api_key) for each in listed.ai_api_keys] == [
        (key.id, "Zm9************g==")
    ]
    shown = gateway.show_details_of_ai_api_key(app_id=app.id, ai_api_key_id=key.id)
    assert (shown.id, shown.ai_api_key, shown.alias) == (key.id, KEY, "team-a")


def test_delete_takes_it_away(gateway, app):
    key = gateway.create_ai_api_key(app_id=app.id, **BODY)
    assert gateway.delete_ai_api_key(app_id=app.id, ai_api_key_id=key.id).status_code == 204
    assert gateway.list_ai_api_keys(app_id=app.id).total == 0


@pytest.mark.parametrize(
    "method, fields",
    [
        ("create_ai_api_key", BODY),
        ("list_ai_api_keys", {}),
        ("show_details_of_ai_api_key", dict(ai_api_key_id="any")),
        ("delete_ai_api_key", dict(ai_api_key_id="any")),
    ],
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


def test_refuses_a_short_key(refused, app):
    fields = dict(app_id=app.id, body=AiApiKeyCreate(ai_api_key="short"))
    refused(
        "create_ai_api_key", fields, ClientRequestException, 400, "APIG.2011", invalid("ai_api_key")
    )

"""Where this client differs from the others: how it signs, what it sends and how it reads."""

import os

import pytest
from huaweicloudsdkapig.v2 import ApigClient, AppCreate
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException, ServerResponseException
from huaweicloudsdkcore.region.region import Region

from conftest import AK, GATEWAY, PROJECT, SK, URL, Gateway, client_of, is_id, request

REMARK = "订单 🛒 – für alle"


def test_text_beyond_ascii_comes_back_as_it_was(gateway, app):
    gateway.update_app_v2(app_id=app.id, body=AppCreate(name=app.name, remark=REMARK))
    assert gateway.show_details_of_app_v2(app_id=app.id).remark == REMARK


@pytest.mark.parametrize("name", ["订单", "a b", "100%", "a+b", "a&b=c", "~*'()", "a/b", "🛒"])
def test_a_filter_of_odd_characters_finds_nothing(gateway, app, name):
    assert gateway.list_apps_v2(name=name).apps == []


@pytest.mark.parametrize("id", ["a+b", "a%b", "a~b", "a&b=c", "a'(b)"])
def test_an_app_id_of_odd_characters_is_looked_up(refused, id):
    refused(
        "show_details_of_app_v2",
        dict(app_id=id),
        ClientRequestException,
        404,
        "APIG.3004",
        f"App {id} does not exist",
    )


def test_a_temporary_key_is_taken():
    key = [os.environ[f"APIG_MOCK_TEMPORARY_{part}"] for part in ("AK", "SK", "TOKEN")]
    credentials = BasicCredentials(*key[:2], PROJECT).with_security_token(key[2])
    assert Gateway(client_of(credentials)).list_apps_v2().total == 0


def test_a_wrong_secret_is_refused():
    impostor = Gateway(client_of(BasicCredentials(AK, "not-" + SK, PROJECT)))
    with pytest.raises(ClientRequestException) as caught:
        impostor.list_apps_v2()
    assert (caught.value.status_code, caught.value.error_code) == (401, "APIGW.0301")
    assert is_id(caught.value.request_id)


def test_an_operation_that_is_not_served_says_so(client):
    with pytest.raises(ServerResponseException) as caught:
        client.list_vpc_channels_v2(request("list_vpc_channels_v2"))
    assert caught.value.status_code == 501
    assert caught.value.error_code == "MOCK.0501"


def test_the_project_of_a_region_is_looked_up():
    here = Region(os.environ["APIG_MOCK_REGION"], URL)
    credentials = BasicCredentials(AK, SK).with_iam_endpoint(URL)
    client = ApigClient.new_builder().with_credentials(credentials).with_region(here).build()
    (instance,) = Gateway(client).list_instances_v2(instance_id=GATEWAY).instances
    assert instance.project_id == PROJECT

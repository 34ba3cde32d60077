"""What this client does by itself about a failure, and what it does when it is told to try again."""

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from huaweicloudsdkapig.v2 import ApigClient, AppCreate
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import (
    ClientRequestException,
    ConnectionException,
    ServerResponseException,
)
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.retry.backoff_strategy import BackoffStrategies

from conftest import AK, PROJECT, SK, URL, Gateway, request

CREATE = "CreateAnAppV2"
LIST = "ListAppsV2"


def control(path, body):
    data = json.dumps(body).encode()
    with urlopen(Request(f"{URL}/_mock/{path}", data, method="POST")) as answer:
        return json.load(answer)


def fail(operation, **effect):
    control("faults", dict(operationId=operation, **effect))


def sent(operation, times, **filter):
    """Asserts how often an operation was asked for."""
    try:
        control("requests/verify", dict(operationId=operation, times=times, **filter))
    except HTTPError as refuted:
        pytest.fail(refuted.read().decode())


def create(client, max_retries):
    """A create with the client's own retries, after failures of the server."""
    body = AppCreate(name="app_demo")
    return (
        client.create_an_app_v2_invoker(request("create_an_app_v2", body=body))
        .with_retry(
            lambda _, error: isinstance(error, ServerResponseException),
            max_retries,
            BackoffStrategies.NONE,
        )
        .invoke()
    )


def retrying(times):
    """A client whose HttpConfig has `retry_times`."""
    return Gateway(
        ApigClient.new_builder()
        .with_http_config(HttpConfig(retry_times=times))
        .with_credentials(BasicCredentials(AK, SK, PROJECT))
        .with_endpoint(URL)
        .build()
    )


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_it_does_not_try_again_by_itself(gateway, status):
    fail(CREATE, status=status, times=2)
    with pytest.raises(ServerResponseException) as caught:
        gateway.create_an_app_v2(body=AppCreate(name="app_demo"))
    assert caught.value.status_code == status
    sent(CREATE, times=1)


def test_with_two_retries_it_survives_two_failures(client):
    fail(CREATE, status=500, times=2)
    assert create(client, max_retries=2).name == "app_demo"
    sent(CREATE, times=3)
    sent(CREATE, times=2, status=500)


def test_with_two_retries_it_fails_at_the_third(client):
    fail(CREATE, status=500, times=3)
    with pytest.raises(ServerResponseException):
        create(client, max_retries=2)
    sent(CREATE, times=3, status=500)


@pytest.mark.parametrize("max_retries", [0, 11])
def test_it_takes_one_to_ten_retries(client, max_retries):
    with pytest.raises(ValueError):
        create(client, max_retries)


def test_a_get_that_is_told_to_slow_down_loses_the_error_code(gateway):
    fail(LIST, retry_after=0, times=1)
    with pytest.raises(ClientRequestException) as caught:
        gateway.list_apps_v2()
    error = caught.value
    assert (error.status_code, error.error_code, error.request_id) == (429, "429", "")
    sent(LIST, times=1)


def test_retry_times_repeats_a_get_that_is_told_to_slow_down():
    fail(LIST, retry_after=0, times=2)
    assert retrying(2).list_apps_v2().total == 0
    sent(LIST, times=3)


def test_retry_times_does_not_repeat_a_post_that_is_told_to_slow_down():
    fail(CREATE, retry_after=0, times=1)
    with pytest.raises(ClientRequestException) as caught:
        retrying(2).create_an_app_v2(body=AppCreate(name="app_demo"))
    assert caught.value.error_code == "APIGW.0308"
    sent(CREATE, times=1)


def test_retry_times_does_not_repeat_what_failed_on_the_server():
    fail(LIST, status=500, times=1)
    with pytest.raises(ServerResponseException):
        retrying(2).list_apps_v2()
    sent(LIST, times=1)


def test_retry_times_repeats_a_get_whose_connection_was_cut(gateway):
    fail(LIST, connection="reset", times=1)
    with pytest.raises(ConnectionException):
        gateway.list_apps_v2()
    fail(LIST, connection="reset", times=2)
    assert retrying(2).list_apps_v2().total == 0
    sent(LIST, times=3, status=0)

"""The official client on one gateway of a running server, which is emptied before each test."""

import os
import re
from urllib.request import Request, urlopen

import pytest
from huaweicloudsdkapig import v2
from huaweicloudsdkcore.auth.credentials import BasicCredentials

URL = os.environ["APIG_MOCK_URL"]
AK = os.environ["APIG_MOCK_AK"]
SK = os.environ["APIG_MOCK_SK"]
PROJECT = os.environ["APIG_MOCK_PROJECT"]
GATEWAY = os.environ["APIG_MOCK_GATEWAY"]


def client_of(credentials):
    return v2.ApigClient.new_builder().with_credentials(credentials).with_endpoint(URL).build()


class Gateway:
    """`gateway.create_an_app_v2(body=…)`: the client's method with its typed request."""

    def __init__(self, client):
        self.client = client

    def __getattr__(self, method):
        return lambda **fields: getattr(self.client, method)(request(method, **fields))


def request(method, **fields):
    """The request of a method: `create_an_app_v2` takes a `CreateAnAppV2Request`."""
    name = "".join(word.capitalize() for word in method.split("_"))
    return getattr(v2, name + "Request")(**{"instance_id": GATEWAY} | fields)


@pytest.fixture(autouse=True)
def empty_gateway():
    urlopen(Request(f"{URL}/_mock/reset", method="POST")).close()


@pytest.fixture(scope="session")
def client():
    return client_of(BasicCredentials(AK, SK, PROJECT))


@pytest.fixture(scope="session")
def gateway(client):
    return Gateway(client)


@pytest.fixture
def app(gateway):
    return gateway.create_an_app_v2(body=v2.AppCreate(name="app_demo", remark="Demo app"))


@pytest.fixture
def refused(gateway):
    """Checks that a call is refused with just this error, and that it can be traced."""

    def check(method, fields, exception, status, code, message):
        with pytest.raises(exception) as caught:
            getattr(gateway, method)(**fields)
        error = caught.value
        assert type(error) is exception
        assert (error.status_code, error.error_code, error.error_msg) == (status, code, message)
        assert is_id(error.request_id)

    return check


def is_id(text):
    return re.fullmatch("[0-9a-f]{32}", text) is not None


def invalid(parameter):
    return (
        f"Invalid parameter value,parameterName:{parameter}. "
        "Please refer to the support documentation"
    )

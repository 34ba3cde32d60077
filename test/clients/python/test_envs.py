import pytest
from huaweicloudsdkapig.v2 import EnvCreate, EnvVariableBase, EnvVariableCreate
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from conftest import invalid, is_id

RELEASE = "DEFAULT_ENVIRONMENT_RELEASE_ID"


@pytest.fixture
def env(gateway):
    return gateway.create_environment_v2(body=EnvCreate(name="DEV", remark="r"))


@pytest.fixture
def group_id(gateway):
    return gateway.list_api_groups_v2().groups[0].id


@pytest.fixture
def variable(gateway, group_id):
    return gateway.create_environment_variable_v2(
        body=EnvVariableCreate(
            group_id=group_id, env_id=RELEASE, variable_name="host", variable_value="a"
        )
    )


def test_an_environment_lives(gateway, env):
    assert (env.status_code, env.name, is_id(env.id)) == (201, "DEV", True)
    assert [each.name for each in gateway.list_environments_v2().envs] == ["RELEASE", "DEV"]
    updated = gateway.update_environment_v2(env_id=env.id, body=EnvCreate(name="TEST"))
    assert (updated.id, updated.name, updated.remark) == (env.id, "TEST", "")
    assert gateway.delete_environment_v2(env_id=env.id).status_code == 204
    assert gateway.list_environments_v2().total == 1


def test_a_variable_lives(gateway, variable, group_id):
    assert (variable.status_code, variable.variable_name) == (201, "host")
    shown = gateway.show_details_of_environment_variable_v2(env_variable_id=variable.id)
    assert shown.variable_value == "a"
    changed = gateway.update_environment_variable_v2(
        env_variable_id=variable.id, body=EnvVariableBase(variable_value="b")
    )
    assert changed.variable_value == "b"
    assert gateway.list_environment_variables_v2(group_id=group_id).total == 1
    deleted = gateway.delete_environment_variable_v2(env_variable_id=variable.id)
    assert deleted.status_code == 204


@pytest.mark.parametrize(
    "method, fields",
    [
        ("update_environment_v2", dict(body=EnvCreate(name="TEST"))),
        ("delete_environment_v2", {}),
    ],
)
def test_refuses_an_environment_that_is_not_there(refused, method, fields):
    message = "Environment gone does not exist"
    refused(method, dict(env_id="gone") | fields, ClientRequestException, 404, "APIG.3003", message)


@pytest.mark.parametrize(
    "method, fields",
    [
        ("show_details_of_environment_variable_v2", {}),
        ("update_environment_variable_v2", dict(body=EnvVariableBase(variable_value="b"))),
        ("delete_environment_variable_v2", {}),
    ],
)
def test_refuses_a_variable_that_is_not_there(refused, method, fields):
    message = "The environment variable does not exist, id: gone"
    given = dict(env_variable_id="gone") | fields
    refused(method, given, ClientRequestException, 404, "APIG.3011", message)


def test_refuses_bad_values(refused, group_id):
    refused(
        "create_environment_v2",
        dict(body=EnvCreate(name="1")),
        ClientRequestException,
        400,
        "APIG.2011",
        invalid("name"),
    )
    for method, fields in [
        ("list_environments_v2", dict(limit="many")),
        ("list_environment_variables_v2", dict(group_id=group_id, limit="many")),
    ]:
        refused(method, fields, ClientRequestException, 400, "APIG.2012", invalid("limit"))
    variable = EnvVariableCreate(
        group_id=group_id, env_id=RELEASE, variable_name="x", variable_value="a"
    )
    refused(
        "create_environment_variable_v2",
        dict(body=variable),
        ClientRequestException,
        400,
        "APIG.2011",
        invalid("variable_name"),
    )

from datetime import datetime, timezone

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from conftest import GATEWAY, PROJECT, request


def test_list_has_the_gateway(gateway):
    listed = gateway.list_instances_v2(instance_id=GATEWAY)
    assert (listed.total, listed.size) == (1, 1)
    (instance,) = listed.instances
    assert (instance.id, instance.project_id, instance.status) == (GATEWAY, PROJECT, "Running")


def test_show_answers_its_creation_in_milliseconds(gateway):
    instance = gateway.show_details_of_instance_v2()
    assert (instance.id, instance.status, instance.instance_status) == (GATEWAY, "Running", 6)
    created = datetime.fromtimestamp(instance.create_time / 1000, timezone.utc)
    assert abs((datetime.now(timezone.utc) - created).total_seconds()) < 24 * 3600
    assert instance.spec == "PROFESSIONAL"
    assert instance.is_releasable is True


@pytest.mark.parametrize(
    "method, status, code, message",
    [
        ("list_instances_v2", 403, "APIC.7106", "No permissions to request for the method"),
        ("show_details_of_instance_v2", 404, "APIC.7302", "Instance not found"),
    ],
)
def test_answers_a_documented_failure_when_asked_to(client, method, status, code, message):
    invoker = getattr(client, f"{method}_invoker")(request(method))
    with pytest.raises(ClientRequestException) as caught:
        invoker.add_header("Prefer", f"code={status}").invoke()
    error = caught.value
    assert (error.status_code, error.error_code, error.error_msg) == (status, code, message)

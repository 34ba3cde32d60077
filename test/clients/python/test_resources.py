from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from conftest import invalid


def test_the_outline_counts_the_apps(gateway, app):
    outline = gateway.list_app_quantities_v2()
    assert outline.status_code == 200
    assert (outline.authed_nums, outline.unauthed_nums) == (0, 1)


def test_the_outline_refuses_a_gateway_id_that_can_be_none(refused):
    refused(
        "list_app_quantities_v2",
        dict(instance_id="i" * 65),
        ClientRequestException,
        400,
        "APIG.2012",
        invalid("instance_id"),
    )

from huaweicloudsdkapig.v2 import FeatureToggle
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from conftest import invalid


def test_features_are_listed_and_configured(gateway):
    config = '{"api_limits":200}'
    body = FeatureToggle(name="ratelimit", enable=True, config=config)
    created = gateway.create_feature_v2(body=body)
    assert (created.status_code, created.name, created.config) == (201, "ratelimit", config)
    listed = {each.name: each for each in gateway.list_features_v2(limit=500).features}
    assert listed["ratelimit"].id == created.id
    assert "shubao_support_add_node" in gateway.list_instance_features().features


def test_refusals(refused):
    refused(
        "create_feature_v2",
        dict(body=FeatureToggle(name="nothing", enable=True)),
        ClientRequestException,
        400,
        "APIG.2000",
        "Parameter error: unrecognized feature nothing",
    )
    for method in ["list_features_v2", "list_instance_features"]:
        refused(
            method,
            dict(limit="many"),
            ClientRequestException,
            400,
            "APIG.2012",
            invalid("limit"),
        )

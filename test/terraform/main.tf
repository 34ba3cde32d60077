# What run.ts applies. The provider block is that of `apig-mock env --client terraform`.

terraform {
  required_providers {
    huaweicloud = { source = "huaweicloud/huaweicloud" }
  }
}

variable "gateway" { type = string }

# What a revision changes, it changes in place.
variable "revision" { type = number }

resource "huaweicloud_apig_application" "app" {
  instance_id = var.gateway
  name        = "terraform_app"
  description = "revision ${var.revision}"

  # The last revision resets it: no read answers this, so that it would differ after an import.
  secret_action = var.revision == 3 ? "RESET" : null
}

resource "huaweicloud_apig_appcode" "generated" {
  instance_id    = var.gateway
  application_id = huaweicloud_apig_application.app.id
}

resource "huaweicloud_apig_appcode" "given" {
  instance_id    = var.gateway
  application_id = huaweicloud_apig_application.app.id
  value          = "terraform-code-terraform-code-terraform-code-terraform-code-0001"
}

resource "huaweicloud_apig_application_acl" "acl" {
  instance_id    = var.gateway
  application_id = huaweicloud_apig_application.app.id
  type           = var.revision == 1 ? "PERMIT" : "DENY"
  values         = ["192.168.0.${var.revision}", "10.0.0.0/8"]
}

resource "huaweicloud_apig_application_ai_api_key" "key" {
  instance_id    = var.gateway
  application_id = huaweicloud_apig_application.app.id
}

resource "huaweicloud_apig_application_quota" "quota" {
  instance_id   = var.gateway
  name          = "terraform_quota"
  time_unit     = "DAY"
  time_interval = 1
  call_limits   = 100 * var.revision
}

resource "huaweicloud_apig_application_quota_associate" "quota" {
  instance_id = var.gateway
  quota_id    = huaweicloud_apig_application_quota.quota.id
  applications { id = huaweicloud_apig_application.app.id }
}

data "huaweicloud_apig_instances" "all" {}

data "huaweicloud_apig_applications" "all" {
  instance_id = var.gateway
  name        = "terraform_"
  depends_on  = [huaweicloud_apig_application.app]
}

data "huaweicloud_apig_application_authorize_statistic" "all" {
  instance_id = var.gateway
  depends_on  = [huaweicloud_apig_application.app]
}

data "huaweicloud_apig_appcodes" "of_app" {
  instance_id    = var.gateway
  application_id = huaweicloud_apig_application.app.id
  depends_on     = [huaweicloud_apig_appcode.generated, huaweicloud_apig_appcode.given]
}

data "huaweicloud_apig_application_acl" "of_app" {
  instance_id    = var.gateway
  application_id = huaweicloud_apig_application.app.id
  depends_on     = [huaweicloud_apig_application_acl.acl]
}

data "huaweicloud_apig_application_quotas" "all" {
  instance_id = var.gateway
  depends_on = [
    huaweicloud_apig_application_quota.quota,
    huaweicloud_apig_application_quota_associate.quota,
  ]
}

data "huaweicloud_apig_application_associated_quota" "of_app" {
  instance_id = var.gateway
  app_id      = huaweicloud_apig_application.app.id
  depends_on = [
    huaweicloud_apig_application_quota.quota,
    huaweicloud_apig_application_quota_associate.quota,
  ]
}

# What the provider shows (data sources, where it has them), by the names in the server's state.
output "shown" {
  sensitive = true
  value = {
    gateways = data.huaweicloud_apig_instances.all.instances[*].id
    authed   = data.huaweicloud_apig_application_authorize_statistic.all.authed_nums
    unauthed = data.huaweicloud_apig_application_authorize_statistic.all.unauthed_nums
    apps = [for app in data.huaweicloud_apig_applications.all.applications : {
      id         = app.id
      name       = app.name
      remark     = app.description
      app_key    = app.app_key
      app_secret = app.app_secret
    }]
    app_codes = [for code in data.huaweicloud_apig_appcodes.of_app.appcodes : {
      id       = code.id
      app_id   = code.application_id
      app_code = code.value
    }]
    app_acls = [{
      app_id         = data.huaweicloud_apig_application_acl.of_app.application_id
      app_acl_type   = data.huaweicloud_apig_application_acl.of_app.type
      app_acl_values = data.huaweicloud_apig_application_acl.of_app.values
    }]
    ai_api_keys = [{
      id         = huaweicloud_apig_application_ai_api_key.key.id
      app_id     = huaweicloud_apig_application_ai_api_key.key.application_id
      ai_api_key = huaweicloud_apig_application_ai_api_key.key.value
    }]
    app_quotas = [for quota in data.huaweicloud_apig_application_quotas.all.quotas : {
      app_quota_id = quota.id
      name         = quota.name
      call_limits  = quota.call_limits
    }]
    app_quota_bindings = [{
      app_id       = data.huaweicloud_apig_application_associated_quota.of_app.app_id
      app_quota_id = data.huaweicloud_apig_application_associated_quota.of_app.app_quota_id
    }]
  }
}

// Package clients drives a running server with the official Go client, where its signing and its
// parsing differ from those of the others.
package clients

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/region"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	apig "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/apig/v2"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/apig/v2/model"
)

var (
	url     = os.Getenv("APIG_MOCK_URL")
	gateway = os.Getenv("APIG_MOCK_GATEWAY")
)

func credentials() *basic.CredentialsBuilder {
	return basic.NewCredentialsBuilder().
		WithAk(os.Getenv("APIG_MOCK_AK")).
		WithSk(os.Getenv("APIG_MOCK_SK"))
}

// newClient answers a client of the gateway, which is emptied before.
func newClient(t *testing.T) *apig.ApigClient {
	t.Helper()
	return clientOf(t, credentials().WithProjectId(os.Getenv("APIG_MOCK_PROJECT")))
}

func clientOf(t *testing.T, builder *basic.CredentialsBuilder) *apig.ApigClient {
	t.Helper()
	answer, err := http.Post(url+"/_mock/reset", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	client, err := apig.ApigClientBuilder().
		WithEndpoints([]string{url}).
		WithCredential(must(builder.SafeBuild())(t)).
		SafeBuild()
	return apig.NewApigClient(must(client, err)(t))
}

// must answers the value of a call that may not fail: must(call())(t).
func must[V any](value V, err error) func(*testing.T) V {
	return func(t *testing.T) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func equal[V comparable](t *testing.T, what string, got, want V) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// refused checks that a call failed with just this answer of the service.
func refused(t *testing.T, err error, status int, code, message string) {
	t.Helper()
	var refusal *sdkerr.ServiceResponseError
	if !errors.As(err, &refusal) {
		t.Fatalf("got %v, want an answer of the service", err)
	}
	equal(t, "status", refusal.StatusCode, status)
	equal(t, "error_code", refusal.ErrorCode, code)
	equal(t, "error_msg", refusal.ErrorMessage, message)
	equal(t, "length of the request id", len(refusal.RequestId), 32)
}

func create(t *testing.T, client *apig.ApigClient, name string) *model.CreateAnAppV2Response {
	t.Helper()
	return must(client.CreateAnAppV2(&model.CreateAnAppV2Request{
		InstanceId: gateway,
		Body:       &model.AppCreate{Name: name},
	}))(t)
}

func TestTheLifeOfAnApp(t *testing.T) {
	client := newClient(t)
	app := create(t, client, "app_demo")
	equal(t, "status", app.HttpStatusCode, http.StatusCreated)
	equal(t, "creator", *app.Creator, model.GetCreateAnAppV2ResponseCreatorEnum().USER)
	equal(t, "app_type", *app.AppType, model.GetCreateAnAppV2ResponseAppTypeEnum().APIG)
	if age := time.Since(time.Time(*app.RegisterTime)); age.Abs() > time.Minute {
		t.Errorf("register_time is %v old", age)
	}

	remark := "renamed"
	updated := must(client.UpdateAppV2(&model.UpdateAppV2Request{
		InstanceId: gateway,
		AppId:      *app.Id,
		Body:       &model.AppCreate{Name: "app_renamed", Remark: &remark},
	}))(t)
	equal(t, "name", *updated.Name, "app_renamed")
	equal(t, "secret", *updated.AppSecret, *app.AppSecret)

	shown := must(client.ShowDetailsOfAppV2(&model.ShowDetailsOfAppV2Request{
		InstanceId: gateway, AppId: *app.Id,
	}))(t)
	equal(t, "remark", *shown.Remark, remark)

	deleted := must(client.DeleteAppV2(&model.DeleteAppV2Request{
		InstanceId: gateway, AppId: *app.Id,
	}))(t)
	equal(t, "status", deleted.HttpStatusCode, http.StatusNoContent)
	_, err := client.DeleteAppV2(&model.DeleteAppV2Request{InstanceId: gateway, AppId: *app.Id})
	refused(t, err, 404, "APIG.3004", fmt.Sprintf("App %s does not exist", *app.Id))
}

func TestPagesEndInAnEmptyOne(t *testing.T) {
	client := newClient(t)
	for i := range 5 {
		create(t, client, fmt.Sprintf("app_%d", i))
	}
	var names []string
	limit := int32(2)
	for offset := int64(0); ; offset += int64(limit) {
		page := must(client.ListAppsV2(&model.ListAppsV2Request{
			InstanceId: gateway, Limit: &limit, Offset: &offset,
		}))(t)
		equal(t, "total", page.Total, 5)
		if len(*page.Apps) == 0 {
			break
		}
		for _, app := range *page.Apps {
			names = append(names, *app.Name)
		}
	}
	equal(t, "names", fmt.Sprint(names), "[app_4 app_3 app_2 app_1 app_0]")
}

func TestErrorsNameTheirCause(t *testing.T) {
	client := newClient(t)
	create(t, client, "app_demo")
	for name, want := range map[string]struct{ code, message string }{
		"1": {
			"APIG.2011",
			"Invalid parameter value,parameterName:name. Please refer to the support documentation",
		},
		"app_demo": {"APIG.3203", "The app name already exists"},
	} {
		_, err := client.CreateAnAppV2(&model.CreateAnAppV2Request{
			InstanceId: gateway,
			Body:       &model.AppCreate{Name: name},
		})
		refused(t, err, 400, want.code, want.message)
	}
}

func TestAnOperationThatIsNotServedSaysSo(t *testing.T) {
	_, err := newClient(t).ListVpcChannelsV2(&model.ListVpcChannelsV2Request{InstanceId: gateway})
	refused(t, err, 501, "MOCK.0501",
		"ListVpcChannelsV2 is an operation of the service that apig-mock does not serve yet")
}

func TestTextBeyondAsciiComesBackAsItWas(t *testing.T) {
	client := newClient(t)
	remark := "订单 🛒 – für alle"
	app := must(client.CreateAnAppV2(&model.CreateAnAppV2Request{
		InstanceId: gateway,
		Body:       &model.AppCreate{Name: "app_demo", Remark: &remark},
	}))(t)
	equal(t, "remark", *app.Remark, remark)
}

func TestAFilterOfOddCharactersFindsNothing(t *testing.T) {
	client := newClient(t)
	create(t, client, "app_demo")
	for _, name := range []string{"订单", "a b", "100%", "a+b", "a&b=c", "~*'()", "a/b", "🛒"} {
		page := must(client.ListAppsV2(&model.ListAppsV2Request{InstanceId: gateway, Name: &name}))(t)
		equal(t, name, len(*page.Apps), 0)
	}
	// An empty filter goes out as a bare `name`, and is none.
	none := ""
	page := must(client.ListAppsV2(&model.ListAppsV2Request{InstanceId: gateway, Name: &none}))(t)
	equal(t, "apps", len(*page.Apps), 1)
}

func TestTheTimeOfAQuotaIsRead(t *testing.T) {
	client := newClient(t)
	quota := must(client.CreateAppQuota(&model.CreateAppQuotaRequest{
		InstanceId: gateway,
		Body: &model.AppQuotaCreate{
			Name:         "quota_demo",
			CallLimits:   1000,
			TimeUnit:     model.GetAppQuotaCreateTimeUnitEnum().DAY,
			TimeInterval: 1,
		},
	}))(t)
	// Answered as the time of China, as documented, which this client takes for UTC.
	if age := time.Since(time.Time(*quota.CreateTime).Add(-8 * time.Hour)); age.Abs() > time.Minute {
		t.Errorf("create_time is %v old", age)
	}
}

func TestATemporaryKeyIsTaken(t *testing.T) {
	client := clientOf(t, basic.NewCredentialsBuilder().
		WithAk(os.Getenv("APIG_MOCK_TEMPORARY_AK")).
		WithSk(os.Getenv("APIG_MOCK_TEMPORARY_SK")).
		WithSecurityToken(os.Getenv("APIG_MOCK_TEMPORARY_TOKEN")).
		WithProjectId(os.Getenv("APIG_MOCK_PROJECT")))
	create(t, client, "app_demo")
}

func TestAWrongSecretIsRefused(t *testing.T) {
	client := clientOf(t, credentials().WithSk("not-it").WithProjectId(os.Getenv("APIG_MOCK_PROJECT")))
	_, err := client.ListAppsV2(&model.ListAppsV2Request{InstanceId: gateway})
	var refusal *sdkerr.ServiceResponseError
	if !errors.As(err, &refusal) {
		t.Fatalf("got %v, want an answer of the service", err)
	}
	equal(t, "status", refusal.StatusCode, 401)
	equal(t, "error_code", refusal.ErrorCode, "APIGW.0301")
}

func TestTheProjectOfARegionIsLookedUp(t *testing.T) {
	here := region.NewRegion(os.Getenv("APIG_MOCK_REGION"), url)
	builder := credentials().WithIamEndpointOverride(url)
	client, err := apig.ApigClientBuilder().
		WithRegion(here).
		WithCredential(must(builder.SafeBuild())(t)).
		SafeBuild()
	page := must(apig.NewApigClient(must(client, err)(t)).ListInstancesV2(&model.ListInstancesV2Request{
		InstanceId: &gateway,
	}))(t)
	for _, instance := range *page.Instances {
		equal(t, "project_id", *instance.ProjectId, os.Getenv("APIG_MOCK_PROJECT"))
	}
	equal(t, "gateways", len(*page.Instances), 1)
}

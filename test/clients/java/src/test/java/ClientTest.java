import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.huaweicloud.sdk.apig.v2.ApigClient;
import com.huaweicloud.sdk.apig.v2.model.AppCreate;
import com.huaweicloud.sdk.apig.v2.model.AppInfoWithBindNum;
import com.huaweicloud.sdk.apig.v2.model.AppQuotaCreate;
import com.huaweicloud.sdk.apig.v2.model.CreateAnAppV2Request;
import com.huaweicloud.sdk.apig.v2.model.CreateAnAppV2Response;
import com.huaweicloud.sdk.apig.v2.model.CreateAppQuotaRequest;
import com.huaweicloud.sdk.apig.v2.model.DeleteAppV2Request;
import com.huaweicloud.sdk.apig.v2.model.ListAppsV2Request;
import com.huaweicloud.sdk.apig.v2.model.ListInstancesV2Request;
import com.huaweicloud.sdk.apig.v2.model.ListVpcChannelsV2Request;
import com.huaweicloud.sdk.apig.v2.model.ShowDetailsOfAppV2Request;
import com.huaweicloud.sdk.apig.v2.model.UpdateAppV2Request;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.exception.ClientRequestException;
import com.huaweicloud.sdk.core.exception.ServerResponseException;
import com.huaweicloud.sdk.core.exception.ServiceResponseException;
import com.huaweicloud.sdk.core.region.Region;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The official client, where its signing and its parsing differ from those of the others. */
class ClientTest {
  private static final String URL = System.getenv("APIG_MOCK_URL");
  private static final String PROJECT = System.getenv("APIG_MOCK_PROJECT");
  private static final String GATEWAY = System.getenv("APIG_MOCK_GATEWAY");

  private final ApigClient client = clientOf(credentials().withProjectId(PROJECT));

  private static BasicCredentials credentials() {
    return new BasicCredentials()
        .withAk(System.getenv("APIG_MOCK_AK"))
        .withSk(System.getenv("APIG_MOCK_SK"));
  }

  private static ApigClient clientOf(BasicCredentials credentials) {
    return ApigClient.newBuilder().withCredential(credentials).withEndpoint(URL).build();
  }

  @BeforeEach
  void emptyGateway() throws Exception {
    var reset = HttpRequest.newBuilder(URI.create(URL + "/_mock/reset")).POST(BodyPublishers.noBody());
    HttpClient.newHttpClient().send(reset.build(), BodyHandlers.discarding());
  }

  @Test
  void anAppLives() {
    var app = create(new AppCreate().withName("app_demo"));
    assertEquals(201, app.getHttpStatusCode());
    assertEquals(CreateAnAppV2Response.CreatorEnum.USER, app.getCreator());
    assertEquals(CreateAnAppV2Response.AppTypeEnum.APIG, app.getAppType());
    assertIsNow(app.getRegisterTime());

    var updated =
        client.updateAppV2(
            new UpdateAppV2Request()
                .withInstanceId(GATEWAY)
                .withAppId(app.getId())
                .withBody(new AppCreate().withName("app_renamed").withRemark("renamed")));
    assertEquals("app_renamed", updated.getName());
    assertEquals(app.getAppSecret(), updated.getAppSecret());

    var shown =
        client.showDetailsOfAppV2(
            new ShowDetailsOfAppV2Request().withInstanceId(GATEWAY).withAppId(app.getId()));
    assertEquals("renamed", shown.getRemark());

    var delete = new DeleteAppV2Request().withInstanceId(GATEWAY).withAppId(app.getId());
    assertEquals(204, client.deleteAppV2(delete).getHttpStatusCode());
    assertRefused(
        404,
        "APIG.3004",
        "App %s does not exist".formatted(app.getId()),
        () -> client.deleteAppV2(delete));
  }

  @Test
  void pagesEndInAnEmptyOne() {
    for (int i = 0; i < 5; i++) create(new AppCreate().withName("app_" + i));
    var names = new ArrayList<String>();
    for (long offset = 0; ; offset += 2) {
      var page = list(new ListAppsV2Request().withLimit(2).withOffset(offset));
      if (page.isEmpty()) break;
      page.forEach(app -> names.add(app.getName()));
    }
    assertEquals(List.of("app_4", "app_3", "app_2", "app_1", "app_0"), names);
  }

  @Test
  void errorsNameTheirCause() {
    create(new AppCreate().withName("app_demo"));
    assertRefused(
        400,
        "APIG.2011",
        "Invalid parameter value,parameterName:name. Please refer to the support documentation",
        () -> create(new AppCreate().withName("1")));
    assertRefused(
        400,
        "APIG.3203",
        "The app name already exists",
        () -> create(new AppCreate().withName("app_demo")));
  }

  @Test
  void anOperationThatIsNotServedSaysSo() {
    var refusal =
        assertThrows(
            ServerResponseException.class,
            () -> client.listVpcChannelsV2(new ListVpcChannelsV2Request().withInstanceId(GATEWAY)));
    assertEquals(501, refusal.getHttpStatusCode());
    assertEquals("MOCK.0501", refusal.getErrorCode());
  }

  @Test
  void textBeyondAsciiComesBackAsItWas() {
    var remark = "订单 🛒 – für alle";
    var app = create(new AppCreate().withName("app_demo").withRemark(remark));
    assertEquals(remark, app.getRemark());
  }

  @ParameterizedTest
  @ValueSource(strings = {"订单", "a b", "100%", "a+b", "a&b=c", "~*'()", "a/b", "🛒"})
  void aFilterOfOddCharactersFindsNothing(String name) {
    create(new AppCreate().withName("app_demo"));
    assertEquals(List.of(), list(new ListAppsV2Request().withName(name)));
  }

  @Test
  void theTimeOfAQuotaIsRead() {
    var body =
        new AppQuotaCreate()
            .withName("quota_demo")
            .withCallLimits(1000)
            .withTimeUnit(AppQuotaCreate.TimeUnitEnum.DAY)
            .withTimeInterval(1);
    var quota =
        client.createAppQuota(new CreateAppQuotaRequest().withInstanceId(GATEWAY).withBody(body));
    // Answered with +08:00.
    assertIsNow(quota.getCreateTime());
  }

  @Test
  void aTemporaryKeyIsTaken() {
    var credentials =
        new BasicCredentials()
            .withAk(System.getenv("APIG_MOCK_TEMPORARY_AK"))
            .withSk(System.getenv("APIG_MOCK_TEMPORARY_SK"))
            .withSecurityToken(System.getenv("APIG_MOCK_TEMPORARY_TOKEN"))
            .withProjectId(PROJECT);
    var request = new ListAppsV2Request().withInstanceId(GATEWAY);
    assertEquals(0, clientOf(credentials).listAppsV2(request).getTotal());
  }

  @Test
  void aWrongSecretIsRefused() {
    var impostor = clientOf(credentials().withSk("not-it").withProjectId(PROJECT));
    var refusal =
        assertThrows(
            ClientRequestException.class,
            () -> impostor.listAppsV2(new ListAppsV2Request().withInstanceId(GATEWAY)));
    assertEquals(401, refusal.getHttpStatusCode());
    assertEquals("APIGW.0301", refusal.getErrorCode());
  }

  @Test
  void theProjectOfARegionIsLookedUp() {
    var located =
        ApigClient.newBuilder()
            .withCredential(credentials().withIamEndpoint(URL))
            .withRegion(new Region(System.getenv("APIG_MOCK_REGION"), URL))
            .build();
    var gateways =
        located.listInstancesV2(new ListInstancesV2Request().withInstanceId(GATEWAY)).getInstances();
    assertEquals(1, gateways.size());
    assertEquals(PROJECT, gateways.get(0).getProjectId());
  }

  private CreateAnAppV2Response create(AppCreate app) {
    return client.createAnAppV2(new CreateAnAppV2Request().withInstanceId(GATEWAY).withBody(app));
  }

  private List<AppInfoWithBindNum> list(ListAppsV2Request request) {
    return client.listAppsV2(request.withInstanceId(GATEWAY)).getApps();
  }

  private static void assertIsNow(OffsetDateTime time) {
    var age = Duration.between(time, OffsetDateTime.now()).abs();
    assertTrue(age.compareTo(Duration.ofMinutes(1)) < 0, "differs by " + age);
  }

  private static void assertRefused(int status, String code, String message, Executable call) {
    ServiceResponseException refusal = assertThrows(ClientRequestException.class, call);
    assertEquals(status, refusal.getHttpStatusCode());
    assertEquals(code, refusal.getErrorCode());
    assertEquals(message, refusal.getErrorMsg());
    assertEquals(32, refusal.getRequestId().length());
  }
}

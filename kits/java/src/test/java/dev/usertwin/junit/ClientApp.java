package dev.usertwin.junit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;

/** The client app of these tests. */
final class ClientApp {
    static final String ADA = "/v1/core/Accounts/2/users/1";
    static final String HEDY =
            "/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users/0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e04";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private ClientApp() {}

    static HttpResponse<String> send(String method, String address, String body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(address)).method(method, BodyPublishers.ofString(body));
        request.setHeader("AuthToken", "good").setHeader("Authorization", "Bearer good");
        if (!body.isEmpty()) {
            request.setHeader("Content-Type", "application/json");
        }
        for (int i = 0; i + 1 < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException error) {
            throw new IllegalStateException(error);
        }
    }

    static int get(String address, String... headers) {
        return send("GET", address, "", headers).statusCode();
    }

    static void rename(World world, String name) {
        var answer = send("PATCH", world.urls().pbnb() + ADA, Json.write(Map.of("Username", name)));
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        }
    }

    static String nameOfAda(World world) {
        Map<String, Object> answer = Json.object(Json.read(send("GET", world.urls().pbnb() + ADA, "").body()));
        return (String) Json.object(answer.get("Data")).get("Username");
    }
}

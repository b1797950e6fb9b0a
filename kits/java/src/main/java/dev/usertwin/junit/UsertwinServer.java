package dev.usertwin.junit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A running usertwin: one that this JVM started, or that of USERTWIN_URL. */
public final class UsertwinServer implements AutoCloseable {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
    private static final AtomicLong WORLDS = new AtomicLong();
    /** Tells two runs apart that share a server. */
    private static final String RUN = ProcessHandle.current().pid() + " " + System.nanoTime();

    private final String url;
    private final String control;
    private final ServerProcess process;
    // HTTP/2 would only add an upgrade that the server declines.
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private String authority;
    private Path authorityFile;

    private UsertwinServer(String url, boolean tls, ServerProcess process) {
        // Control calls are plain HTTP, which the port of HTTPS serves as well: they then need no authority.
        String address = url.substring(url.indexOf("://") + 3).replaceAll("/+$", "");
        String scheme = tls ? "https" : url.substring(0, url.indexOf("://"));
        this.url = scheme + "://" + address;
        this.control = "http://" + address + "/_usertwin";
        this.process = process;
    }

    /**
     * Starts a server, or takes that of USERTWIN_URL. Tests that have {@link Usertwin} need no call of this.
     *
     * @param tls whether addresses are https
     * @param flags further flags of {@code usertwin serve}
     */
    public static UsertwinServer start(boolean tls, List<String> flags) {
        Optional<String> shared = Settings.variable("USERTWIN_URL");
        if (shared.isPresent()) {
            if (!shared.get().contains("://")) {
                throw new UsertwinException("usertwin: USERTWIN_URL is '" + shared.get() + "', which is no URL");
            }
            return new UsertwinServer(shared.get(), tls, null);
        }
        var all = new ArrayList<>(flags);
        if (tls) {
            all.add("--tls");
        }
        ServerProcess process = new ServerProcess(Binary.find(), all);
        return new UsertwinServer(process.url(), tls, process);
    }

    /** The base address of the APIs in the world {@code main}. */
    public String url() {
        return url;
    }

    /** The process of the server, empty when this JVM did not start it. */
    public OptionalLong pid() {
        return process == null ? OptionalLong.empty() : OptionalLong.of(process.pid());
    }

    /** Makes a world; who makes it drops it. Tests that take a {@link World} as a parameter need no call of this. */
    public World world(String test) {
        return newWorld(test, "");
    }

    World newWorld(String test, String seed) {
        return new World(this, worldName(test), seed);
    }

    private static String worldName(String test) {
        String words = test.replaceAll("[^A-Za-z0-9_]+", "-").replaceAll("^-|-$", "");
        words = words.substring(0, Math.min(words.length(), 40));
        try {
            byte[] text = (test + " " + RUN + " " + WORLDS.incrementAndGet()).getBytes(StandardCharsets.UTF_8);
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
            return words + "-" + HexFormat.of().formatHex(hash, 0, 4);
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException(error);
        }
    }

    /** Sends a control call; the answer is empty when it has no body. */
    Map<String, Object> call(String method, String path, Object body) {
        String text = send(method, path, body);
        try {
            return text.isEmpty() ? Map.of() : Json.object(Json.read(text));
        } catch (IllegalArgumentException error) {
            throw new UsertwinException("usertwin: the answer to " + method + " " + path + " is no JSON object", error);
        }
    }

    private String send(String method, String path, Object body) {
        var request = HttpRequest.newBuilder(URI.create(control + path)).timeout(CALL_TIMEOUT);
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json");
            request.method(method, BodyPublishers.ofString(body instanceof String text ? text : Json.write(body)));
        }
        Settings.variable("USERTWIN_CONTROL_TOKEN")
                .ifPresent(token -> request.header("Authorization", "Bearer " + token));
        HttpResponse<String> answer;
        try {
            answer = http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException error) {
            throw unreachable(error);
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new UsertwinException("usertwin: interrupted", error);
        }
        if (answer.statusCode() >= 400) {
            throw new UsertwinException(refusal(method, path, answer));
        }
        return answer.body();
    }

    /** One sentence: whether the server is dead, with its exit status and last words, or only did not answer. */
    private UsertwinException unreachable(IOException error) {
        if (process != null && process.dead(1)) {
            return new UsertwinException("usertwin: the server was found dead: " + process.obituary(), error);
        }
        return new UsertwinException("usertwin: " + control + " does not answer: " + error, error);
    }

    /** The sentence of a problem document, with each problem of a state document. */
    private static String refusal(String method, String path, HttpResponse<String> answer) {
        try {
            Map<String, Object> problem = Json.object(Json.read(answer.body()));
            if (problem.get("detail") instanceof String detail) {
                StringBuilder sentence = new StringBuilder("usertwin: ").append(detail);
                for (Map<String, Object> one : Json.objects(problem.get("problems"))) {
                    sentence.append("\n  ").append(one.get("path")).append(": ").append(one.get("message"));
                }
                return sentence.toString();
            }
        } catch (IllegalArgumentException noJson) {
            // The text itself is shown.
        }
        return "usertwin: " + method + " " + path + " was answered " + answer.statusCode() + ": " + answer.body();
    }

    /** A file with the PEM of the authority that signs the server's certificate. */
    public synchronized Path caFile() {
        if (authorityFile == null) {
            try {
                Path file = Files.createTempFile("usertwin-ca", ".pem");
                file.toFile().deleteOnExit();
                Files.writeString(file, authority());
                authorityFile = file;
            } catch (IOException error) {
                throw new UsertwinException("usertwin: the file of the certificate authority: " + error, error);
            }
        }
        return authorityFile;
    }

    /** Trusts the server's certificate and no other. */
    public SSLContext sslContext() {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            var pem = new ByteArrayInputStream(authority().getBytes(StandardCharsets.US_ASCII));
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("usertwin-" + store.size(), one);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException error) {
            throw new UsertwinException("usertwin: the certificate authority's PEM: " + error, error);
        }
    }

    private synchronized String authority() {
        if (authority == null) {
            authority = send("GET", "/ca.pem", null);
        }
        return authority;
    }

    /** Ends the server if this JVM started it. */
    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}

package dev.usertwin.junit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A server that this JVM started. It ends with the JVM: its standard input is a pipe whose other end closes then,
 * however the JVM dies.
 */
final class ServerProcess {
    private static final String FIRST_LINE = "usertwin listening on ";
    private static final int START_SECONDS = 30;
    private static final int LAST_WORDS = 20;

    private final Process process;
    private final Deque<String> lastWords = new ArrayDeque<>();
    private final Thread stderr;
    private final String url;

    /** Starts {@code usertwin serve} directly, without a shell, and waits for its address. */
    ServerProcess(Path binary, List<String> flags) {
        List<String> command = new ArrayList<>(List.of(
                binary.toString(), "serve", "--listen", "127.0.0.1:0", "--exit-with-stdin", "--log", "warn"));
        command.addAll(flags);
        try {
            process = new ProcessBuilder(command).start();
        } catch (IOException error) {
            throw new UsertwinException("usertwin does not start: " + error.getMessage(), error);
        }
        CompletableFuture<String> address = new CompletableFuture<>();
        reader("usertwin stdout", process.getInputStream(), address::complete);
        stderr = reader("usertwin stderr", process.getErrorStream(), this::keep);
        String line = "";
        try {
            line = address.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException error) {
            close();
            throw new UsertwinException(
                    "usertwin does not start: no address within " + START_SECONDS + " s; " + lastWords());
        } catch (InterruptedException error) {
            close();
            Thread.currentThread().interrupt();
            throw new UsertwinException("usertwin does not start: interrupted", error);
        } catch (ExecutionException error) {
            throw new UsertwinException("usertwin does not start: " + error.getCause(), error);
        }
        if (!line.startsWith(FIRST_LINE)) {
            String reason = line.isEmpty() && dead(5) ? obituary() : "its first line is \"" + line + "\"";
            close();
            throw new UsertwinException("usertwin does not start: " + reason);
        }
        url = line.substring(FIRST_LINE.length()).strip();
    }

    /** Reads a stream to its end, so that the server is never held up; the end is told as an empty line. */
    private static Thread reader(String name, InputStream stream, Consumer<String> each) {
        Thread thread = new Thread(
                () -> {
                    try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            each.accept(line);
                        }
                    } catch (IOException closed) {
                        // The server is gone.
                    }
                    each.accept("");
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void keep(String line) {
        if (line.isBlank()) {
            return;
        }
        synchronized (lastWords) {
            lastWords.add(line);
            if (lastWords.size() > LAST_WORDS) {
                lastWords.remove();
            }
        }
    }

    String url() {
        return url;
    }

    long pid() {
        return process.pid();
    }

    /** Whether the server has ended, or ends within the time given: its sockets close a moment earlier. */
    boolean dead(int seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }

    /** The exit status and the last words of a server that has ended. */
    String obituary() {
        try {
            stderr.join(1000);
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
        }
        int status = process.exitValue();
        return "exit status " + status + (status > 128 ? " (signal " + (status - 128) + ")" : "") + "; " + lastWords();
    }

    private String lastWords() {
        synchronized (lastWords) {
            return lastWords.isEmpty() ? "it said nothing" : "its last words: " + String.join(" | ", lastWords);
        }
    }

    void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException closed) {
            // The server is gone.
        }
        if (!dead(5)) {
            process.destroyForcibly();
        }
    }
}

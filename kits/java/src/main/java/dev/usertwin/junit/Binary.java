package dev.usertwin.junit;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;

/** Where the program is: USERTWIN_BIN, the PATH, or a resource that another artifact bundles. */
final class Binary {
    private static final String NAME =
            System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows") ? "usertwin.exe" : "usertwin";

    private Binary() {}

    static Path find() {
        Optional<String> named = Settings.variable("USERTWIN_BIN");
        if (named.isPresent()) {
            Path path = Path.of(named.get());
            if (!Files.isRegularFile(path)) {
                throw new UsertwinException("usertwin: USERTWIN_BIN names " + path + ", which is no file");
            }
            return path.toAbsolutePath();
        }
        String folders = Settings.variable("PATH").orElse("");
        for (String folder : folders.split(File.pathSeparator)) {
            Path path = Path.of(folder, NAME);
            if (!folder.isEmpty() && Files.isRegularFile(path) && Files.isExecutable(path)) {
                return path.toAbsolutePath();
            }
        }
        String resource = "/usertwin/" + platform() + "/" + NAME;
        return bundled(resource)
                .orElseThrow(() -> new UsertwinException("usertwin: no binary found; USERTWIN_BIN is not set, there is no "
                        + NAME + " in the folders of PATH (" + folders.replace(File.pathSeparator, ", ")
                        + "), and no resource " + resource + " on the class path. Set USERTWIN_BIN to the path of the "
                        + "program, or USERTWIN_URL to the address of a running server"));
    }

    /** {@code linux-x64}, {@code linux-arm64}, {@code darwin-arm64}, {@code win32-x64} and so on, as npm names them. */
    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String os = system.startsWith("windows") ? "win32" : system.startsWith("mac") ? "darwin" : "linux";
        String arch =
                switch (machine) {
                    case "amd64", "x86_64" -> "x64";
                    case "aarch64" -> "arm64";
                    default -> machine;
                };
        return os + "-" + arch;
    }

    private static Optional<Path> bundled(String resource) {
        try (InputStream content = Binary.class.getResourceAsStream(resource)) {
            if (content == null) {
                return Optional.empty();
            }
            // A folder that only this user can write to: nobody else can put another program there.
            Path folder = Files.createTempDirectory("usertwin");
            Path file = folder.resolve(NAME);
            Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
            if (!file.toFile().setExecutable(true, true)) {
                throw new UsertwinException("usertwin: " + file + " cannot be made executable");
            }
            // They are deleted in reverse order.
            folder.toFile().deleteOnExit();
            file.toFile().deleteOnExit();
            return Optional.of(file);
        } catch (IOException error) {
            throw new UsertwinException("usertwin: the resource " + resource + " cannot be unpacked: " + error, error);
        }
    }
}

package io.kurier.tests.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A library that is loaded before the system's and lets `fsync` and `fdatasync` fail with EIO while a file exists,
/// and take half a second while another one does.
final class SyncShim {
    private static final String SOURCE = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <errno.h>
            #include <stdlib.h>
            #include <unistd.h>

            static int is_set(const char *name) {
                const char *flag = getenv(name);
                return flag != NULL && access(flag, F_OK) == 0;
            }

            static int sync_or_fail(const char *name, int file) {
                if (is_set("KURIER_SYNC_FAILS")) {
                    errno = EIO;
                    return -1;
                }
                if (is_set("KURIER_SYNC_SLOW")) {
                    usleep(500000);
                }
                int (*real)(int) = (int (*)(int)) dlsym(RTLD_NEXT, name);
                return real(file);
            }

            int fsync(int file) { return sync_or_fail("fsync", file); }
            int fdatasync(int file) { return sync_or_fail("fdatasync", file); }
            """;

    private SyncShim() {}

    /// Compiles it into `folder`; null without a C compiler.
    static @Nullable Path compile(Path folder) throws IOException {
        Path source = Files.writeString(folder.resolve("shim.c"), SOURCE);
        Path library = folder.resolve("shim.so");
        try {
            Shell.run("cc -O2 -shared -fPIC -o " + library + " " + source + " -ldl");
            return library;
        } catch (IllegalStateException e) {
            System.out.println("chaos: syncs are not made to fail, because nothing compiles C here: " + e.getMessage());
            return null;
        }
    }
}

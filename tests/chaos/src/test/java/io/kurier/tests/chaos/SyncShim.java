package io.kurier.tests.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A library that is loaded before the system's and lets `fsync` and `fdatasync` fail with EIO while a file exists.
final class SyncShim {
    private static final String SOURCE = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <errno.h>
            #include <stdlib.h>
            #include <unistd.h>

            static int fails(void) {
                const char *flag = getenv("KURIER_SYNC_FAILS");
                return flag != NULL && access(flag, F_OK) == 0;
            }

            static int sync_or_fail(const char *name, int file) {
                if (fails()) {
                    errno = EIO;
                    return -1;
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

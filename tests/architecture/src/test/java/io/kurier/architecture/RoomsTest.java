package io.kurier.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;

/// Who may use what: the arrows between the rooms, and who touches Kafka's classes, sockets, files, clocks and threads.
class RoomsTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.kurier");

    private static final String KERNEL = "io.kurier.kernel..";
    private static final String PROTOCOL = "io.kurier.protocol..";
    private static final String RAFT = "io.kurier.cluster.raft..";
    private static final String CLI = "io.kurier.cli..";

    /// Room -> the rooms that its classes may name. Maven keeps the direct arrows; this also keeps those that come
    /// along.
    private static final Map<String, Set<String>> ARROWS = Map.of(
            "kernel", Set.of(),
            "protocol", Set.of("kernel"),
            "log", Set.of("kernel", "protocol"),
            "cluster", Set.of("kernel", "protocol", "log"),
            "coordinator", Set.of("kernel", "protocol", "cluster"),
            "broker", Set.of("kernel", "protocol", "log", "cluster", "coordinator"),
            "http", Set.of("kernel", "broker"),
            "server", Set.of("kernel", "protocol", "log", "cluster", "coordinator", "broker", "http"),
            "cli", Set.of("server", "kernel"));

    @Test
    void everyRoomIsSeen() {
        assertThat(OURS.stream()
                        .map(type -> type.getPackageName().split("\\.", -1)[2])
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(ARROWS.keySet());
    }

    @Test
    void arrowsBetweenRooms() {
        ARROWS.forEach((room, allowed) -> {
            String[] forbidden = ARROWS.keySet().stream()
                    .filter(other -> !other.equals(room) && !allowed.contains(other))
                    .map(other -> "io.kurier." + other + "..")
                    .toArray(String[]::new);
            if (forbidden.length > 0) {
                check(noClasses()
                        .that()
                        .resideInAPackage("io.kurier." + room + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(forbidden));
            }
        });
    }

    /// `BaseRecords` is the type of a field in the fetch messages, and `TimestampType` a public enum. The Raft engine's
    /// own interfaces for logs and snapshots speak of records, so its adapter must.
    @Test
    void kafkasRecordAndRequestClassesStayInProtocol() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(PROTOCOL, RAFT)
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "org.apache.kafka.common.record.internal..",
                                "org.apache.kafka.common.compress..",
                                "org.apache.kafka.common.requests..")
                        .and(describe(
                                "are not the type of a message's field",
                                (JavaClass type) -> !type.getSimpleName().equals("BaseRecords")))));
    }

    @Test
    void kafkasRaftStaysInItsAdapter() {
        onlyIn(
                List.of(RAFT),
                "org.apache.kafka.raft..",
                "org.apache.kafka.snapshot..",
                "org.apache.kafka.server.common..",
                "org.apache.kafka.server.fault..",
                "org.apache.kafka.queue..",
                "org.apache.kafka.timeline..");
    }

    @Test
    void generatedRecordsStayWithTheirStateMachines() {
        onlyIn(List.of("io.kurier.cluster..", PROTOCOL), "org.apache.kafka.common.metadata..");
        onlyIn(List.of("io.kurier.coordinator.."), "org.apache.kafka.coordinator.group.generated..");
        onlyIn(List.of("io.kurier.coordinator.txn"), "org.apache.kafka.coordinator.transaction.generated..");
        onlyIn(List.of("io.kurier.coordinator.share"), "org.apache.kafka.coordinator.share.generated..");
    }

    @Test
    void kafkasClientsStayInTheCommandLine() {
        onlyIn(List.of(CLI), "org.apache.kafka.clients..");
    }

    @Test
    void kafkasOwnNodeIsNotUsed() {
        check(noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "org.apache.kafka.metadata..",
                                "org.apache.kafka.image..",
                                "org.apache.kafka.controller..",
                                "org.apache.kafka.storage..",
                                "org.apache.kafka.coordinator..")
                        .and(describe(
                                "are not generated records",
                                (JavaClass type) -> !type.getPackageName().endsWith(".generated")))));
    }

    @Test
    void socketsStayInTheNetwork() {
        onlyIn(List.of("io.kurier.broker.network..", "io.kurier.http"), "io.netty..");
    }

    @Test
    void theOutsideWorldComesThroughTheKernel() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(KERNEL, CLI)
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.nio.file.Files")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.File")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "ofVirtual")
                .orShould()
                .callMethod(Thread.class, "ofPlatform")
                .orShould()
                .callConstructor(Thread.class, Runnable.class)
                .orShould()
                .callConstructor(Thread.class, Runnable.class, String.class)
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.Executors"));
    }

    /// Files are written through the kernel; the network only hands the kernel's open files to the socket.
    @Test
    void openFilesAreSeenByTheKernelAndTheNetwork() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(KERNEL, CLI, "io.kurier.broker.network..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.nio.channels.FileChannel"));
    }

    /// A handler is named after the API that it serves, so that there is one for each and everybody finds it.
    @Test
    void handlersAreNamedAfterTheirApi() {
        Set<String> apis =
                Arrays.stream(ApiKeys.values()).map(key -> key.name + "Handler").collect(Collectors.toSet());
        List<String> found = OURS.stream()
                .filter(type -> type.getPackageName().startsWith("io.kurier.broker.api."))
                .map(JavaClass::getSimpleName)
                .filter(name -> name.endsWith("Handler"))
                .toList();
        assertThat(apis).containsAll(found);
        assertThat(found).doesNotHaveDuplicates();
    }

    private static void onlyIn(List<String> rooms, String... packages) {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(rooms.toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(OURS);
    }
}

package io.kurier.tests.chaos;

import io.kurier.testkit.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Something that goes wrong in an estate for a while, and is made good again.
interface Fault {
    /// What it is called in counts.
    String name();

    /// With whom it happens.
    String details();

    /// Lets it happen.
    void begin() throws Exception;

    /// Makes it good, so that all nodes run and reach each other when it returns.
    void end() throws Exception;

    /// A fault that this estate can have, with nodes drawn at random.
    static Fault random(Estate estate, Random random) {
        List<Fault> all = new ArrayList<>(List.of(
                kill(estate, pick(estate, random, 1)),
                kill(estate, pick(estate, random, 2)),
                kill(estate, estate.ids()),
                killedAgain(estate, pick(estate, random, 1).getFirst()),
                freeze(estate, pick(estate, random, 1).getFirst()),
                restartInTurn(estate)));
        Wires wires = estate.wires();
        if (wires != null) {
            List<Integer> order = pick(estate, random, estate.size());
            all.add(Cuts.isolated("isolated", wires, order.getFirst(), estate.ids()));
            all.add(Cuts.isolated("cut off from all", wires, order.getFirst(), estate.idsAndClients()));
            all.add(Cuts.ring(wires, order));
            all.add(Cuts.between("two nodes apart", wires, order.get(0), order.get(1)));
            all.add(Cuts.oneWay("one way", wires, order.get(0), order.get(1)));
            all.add(Cuts.oneWay("clients unheard", wires, Wires.CLIENTS, order.get(0)));
            all.add(Cuts.between("clients cut off", wires, Wires.CLIENTS, order.get(0)));
            all.add(fullDisk(estate, "full disk", order.subList(0, 1)));
            all.add(fullDisk(estate, "all disks full", order));
            if (estate.canFailSyncs()) {
                all.add(failedSync(estate, order.getFirst()));
                all.add(slowSync(estate, order.getFirst()));
            }
        }
        return all.get(random.nextInt(all.size()));
    }

    private static List<Integer> pick(Estate estate, Random random, int count) {
        List<Integer> ids = new ArrayList<>(estate.ids());
        Collections.shuffle(ids, random);
        return List.copyOf(ids.subList(0, count));
    }

    /// `kill -9` of some nodes at once.
    static Fault kill(Estate estate, List<Integer> ids) {
        return new Named("kill " + ids.size() + " of " + estate.size(), "nodes " + ids) {
            @Override
            public void begin() throws InterruptedException {
                for (int id : ids) {
                    estate.node(id).kill();
                }
            }

            @Override
            public void end() throws IOException, InterruptedException {
                restart(estate, ids);
            }
        };
    }

    /// A node that stands still and then goes on as if nothing had been.
    static Fault freeze(Estate estate, int id) {
        return new Named("freeze", "node " + id) {
            @Override
            public void begin() throws Exception {
                estate.node(id).freeze();
            }

            @Override
            public void end() throws Exception {
                estate.node(id).thaw();
            }
        };
    }

    /// Each node in turn is stopped in an orderly way and started again.
    static Fault restartInTurn(Estate estate) {
        return new Named("rolling restart", "all nodes") {
            @Override
            public void begin() throws Exception {
                for (int id : estate.ids()) {
                    estate.node(id).stop();
                    restart(estate, List.of(id));
                }
            }

            @Override
            public void end() {}
        };
    }

    /// No space left on some nodes' disks.
    static Fault fullDisk(Estate estate, String name, List<Integer> ids) {
        return new Named(name, "nodes " + ids) {
            @Override
            public void begin() throws IOException {
                for (int id : ids) {
                    fill(estate.ballast(id));
                }
            }

            @Override
            public void end() throws IOException {
                for (int id : ids) {
                    Files.delete(estate.ballast(id));
                }
            }
        };
    }

    private static void fill(Path ballast) throws IOException {
        try (var out = Files.newOutputStream(ballast)) {
            byte[] megabyte = new byte[1 << 20];
            while (true) {
                out.write(megabyte);
            }
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space")) {
                throw full;
            }
        }
    }

    /// A node whose disk takes half a second for a sync.
    static Fault slowSync(Estate estate, int id) {
        return new Named("slow sync", "node " + id) {
            @Override
            public void begin() throws IOException {
                Files.createFile(estate.syncDelay(id));
            }

            @Override
            public void end() throws IOException {
                Files.delete(estate.syncDelay(id));
            }
        };
    }

    /// A node that is killed, and killed again while it starts: what it repairs then must bear that.
    static Fault killedAgain(Estate estate, int id) {
        return new Named("killed while starting", "node " + id) {
            @Override
            public void begin() throws InterruptedException, IOException {
                NodeProcess node = estate.node(id);
                node.kill();
                for (int msAfter : List.of(400, 700, 1_000)) {
                    node.restart();
                    if (node.endsWithin(Duration.ofMillis(msAfter))) {
                        throw new AssertionError("ended by itself: " + node);
                    }
                    node.kill();
                }
            }

            @Override
            public void end() throws IOException, InterruptedException {
                restart(estate, List.of(id));
            }
        };
    }

    /// A node whose syncs fail; its directory is lost to it until it is started again.
    static Fault failedSync(Estate estate, int id) {
        return new Named("failed sync", "node " + id) {
            @Override
            public void begin() throws IOException {
                Files.createFile(estate.syncFailure(id));
            }

            @Override
            public void end() throws IOException, InterruptedException {
                NodeProcess node = estate.node(id);
                if (node.isAlive()) {
                    node.kill();
                }
                Files.delete(estate.syncFailure(id));
                restart(estate, List.of(id));
            }
        };
    }

    private static void restart(Estate estate, List<Integer> ids) throws IOException, InterruptedException {
        for (int id : ids) {
            estate.node(id).restart();
        }
        for (int id : ids) {
            estate.node(id).awaitServing();
        }
    }

    /// A fault with a name.
    abstract class Named implements Fault {
        private final String name;
        private final String details;

        Named(String name, String details) {
            this.name = name;
            this.details = details;
        }

        @Override
        public final String name() {
            return name;
        }

        @Override
        public final String details() {
            return details;
        }
    }
}

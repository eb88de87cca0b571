package io.kurier.tests.chaos;

import io.kurier.testkit.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
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
                freeze(estate, pick(estate, random, 1).getFirst()),
                restartInTurn(estate)));
        Wires wires = estate.wires();
        if (wires != null) {
            List<Integer> order = pick(estate, random, estate.size());
            all.add(isolated(estate, wires, order.getFirst()));
            all.add(Cuts.between("two nodes apart", wires, order.get(0), order.get(1)));
            all.add(Cuts.oneWay("one way", wires, order.get(0), order.get(1)));
            all.add(Cuts.oneWay("clients unheard", wires, Wires.CLIENTS, order.get(0)));
            all.add(Cuts.between("clients cut off", wires, Wires.CLIENTS, order.get(0)));
            all.add(fullDisk(estate, order.getFirst()));
            if (estate.canFailSyncs()) {
                all.add(failedSync(estate, order.getFirst()));
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

    /// A node that reaches no other and is reached by none, while clients reach it.
    static Fault isolated(Estate estate, Wires wires, int id) {
        List<Cuts.Cut> cuts = new ArrayList<>();
        for (int other : estate.ids()) {
            if (other != id) {
                cuts.add(new Cuts.Cut(id, other));
                cuts.add(new Cuts.Cut(other, id));
            }
        }
        return new Cuts("isolated", "node " + id, wires, cuts);
    }

    /// No space left on a node's disk.
    static Fault fullDisk(Estate estate, int id) {
        return new Named("full disk", "node " + id) {
            @Override
            public void begin() throws IOException {
                try (var out = Files.newOutputStream(estate.ballast(id))) {
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

            @Override
            public void end() throws IOException {
                Files.delete(estate.ballast(id));
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

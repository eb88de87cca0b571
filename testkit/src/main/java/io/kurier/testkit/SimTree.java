package io.kurier.testkit;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The names of a simulated disk: as programs see them, as the platter has them, and the changes in between, in order.
final class SimTree {
    private final Folder root;
    private final List<Change> unsynced = new ArrayList<>();

    SimTree() {
        this(new Folder());
    }

    private SimTree(Folder root) {
        this.root = root;
    }

    /// What a name stands for.
    sealed interface Node permits Folder, SimInode {}

    /// A folder's entries. Compared by identity.
    static final class Folder implements Node {
        final TreeMap<String, Node> current = new TreeMap<>();
        final TreeMap<String, Node> durable = new TreeMap<>();
    }

    /// A name in a folder.
    record Entry(Folder folder, String name) {
        @Nullable
        Node current() {
            return folder.current.get(name);
        }

        private @Nullable Node durable() {
            return folder.durable.get(name);
        }

        private void put(boolean platter, @Nullable Node node) {
            Map<String, Node> names = platter ? folder.durable : folder.current;
            if (node == null) {
                names.remove(name);
            } else {
                names.put(name, node);
            }
        }
    }

    private sealed interface Change {
        Node node();

        Set<Entry> entries();

        void apply(boolean platter);

        /// True if the platter's names allow it: what it builds upon was kept.
        boolean possible();
    }

    private record Link(Entry entry, Node node) implements Change {
        @Override
        public Set<Entry> entries() {
            return Set.of(entry);
        }

        @Override
        public void apply(boolean platter) {
            entry.put(platter, node);
        }

        @Override
        public boolean possible() {
            return entry.durable() == null;
        }
    }

    private record Unlink(Entry entry, Node node) implements Change {
        @Override
        public Set<Entry> entries() {
            return Set.of(entry);
        }

        @Override
        public void apply(boolean platter) {
            entry.put(platter, null);
        }

        @Override
        public boolean possible() {
            return entry.durable() == node;
        }
    }

    private record Rename(
            Entry from, Entry to, Node node, @Nullable Node replaced) implements Change {
        @Override
        public Set<Entry> entries() {
            return Set.of(from, to);
        }

        @Override
        public void apply(boolean platter) {
            from.put(platter, null);
            to.put(platter, node);
        }

        @Override
        public boolean possible() {
            Node there = to.durable();
            return from.durable() == node && (there == null || there == replaced);
        }
    }

    /// What a path stands for, or null.
    @Nullable
    Node find(Path path) {
        Node node = root;
        for (Path name : absolute(path)) {
            if (!(node instanceof Folder folder)) {
                return null;
            }
            Node next = folder.current.get(name.toString());
            if (next == null) {
                return null;
            }
            node = next;
        }
        return node;
    }

    /// The place of a name, or null if the folder above it does not exist.
    @Nullable
    Entry entry(Path path) {
        Path parent = absolute(path).getParent();
        return parent != null && find(parent) instanceof Folder folder
                ? new Entry(
                        folder,
                        Objects.requireNonNull(absolute(path).getFileName()).toString())
                : null;
    }

    SimInode inode(Path path, String what) throws IOException {
        return switch (find(path)) {
            case SimInode inode -> inode;
            case Folder _ -> throw failed(what, path, "it is a folder");
            case null -> throw missing(what, path);
        };
    }

    Folder folder(String what, Path path) throws IOException {
        return switch (find(path)) {
            case Folder folder -> folder;
            case SimInode _ -> throw failed(what, path, "it is a file");
            case null -> throw missing(what, path);
        };
    }

    Entry parent(String what, Path path) throws IOException {
        Entry entry = entry(path);
        if (entry == null) {
            throw missing(what, path);
        }
        return entry;
    }

    /// All files below a folder, by name.
    List<Path> files(Path folder) {
        List<Path> found = new ArrayList<>();
        if (find(folder) instanceof Folder inside) {
            inside.current.forEach((name, node) -> {
                switch (node) {
                    case Folder _ -> found.addAll(files(folder.resolve(name)));
                    case SimInode _ -> found.add(folder.resolve(name));
                }
            });
        }
        return found;
    }

    static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    static IOException failed(String what, Path path, String why) {
        return new IOException("cannot " + what + " " + path + ": " + why);
    }

    static IOException missing(String what, Path path) {
        return new NoSuchFileException(
                path.toString(), null, "cannot " + what + " " + path + ": no such file or folder");
    }

    void link(Entry entry, Node node) {
        change(new Link(entry, node));
    }

    void unlink(Entry entry, Node node) {
        change(new Unlink(entry, node));
    }

    void rename(Entry from, Entry to, Node node) {
        change(new Rename(from, to, node, to.current()));
    }

    private void change(Change change) {
        change.apply(false);
        unsynced.add(change);
    }

    /// Makes the names in a folder durable, with whatever they build upon.
    void sync(Folder folder) {
        Set<Node> nodes = new HashSet<>();
        Set<Entry> entries = new HashSet<>();
        List<Change> needed = new ArrayList<>();
        for (Change change : unsynced.reversed()) {
            boolean here =
                    change.entries().stream().anyMatch(entry -> entry.folder == folder || entries.contains(entry));
            if (here || nodes.contains(change.node())) {
                nodes.add(change.node());
                entries.addAll(change.entries());
                needed.add(change);
            }
        }
        for (Change change : needed.reversed()) {
            change.apply(true);
        }
        Set<Change> done = Collections.newSetFromMap(new IdentityHashMap<>());
        done.addAll(needed);
        unsynced.removeIf(done::contains);
    }

    void syncAll() {
        unsynced.forEach(change -> change.apply(true));
        unsynced.clear();
        inodes(root).forEach(SimInode::sync);
    }

    /// Keeps none, all, the first, or any of the unsynced changes that the platter's names allow, and loses the others.
    void losePower(RandomGenerator random) {
        int keepOf8 = random.nextInt(10);
        int prefix = random.nextInt(3) == 0 ? random.nextInt(unsynced.size() + 1) : Integer.MAX_VALUE;
        for (int i = 0; i < unsynced.size(); i++) {
            boolean keep = prefix == Integer.MAX_VALUE ? random.nextInt(8) < keepOf8 : i < prefix;
            Change change = unsynced.get(i);
            if (keep && change.possible()) {
                change.apply(true);
            }
        }
        unsynced.clear();
        settle(root, random);
    }

    private static void settle(Folder folder, RandomGenerator random) {
        folder.current.clear();
        folder.current.putAll(folder.durable);
        for (Node node : folder.durable.values()) {
            switch (node) {
                case Folder inner -> settle(inner, random);
                case SimInode inode -> inode.losePower(random);
            }
        }
    }

    /// Bytes of all files, as programs see them.
    long usedBytes() {
        return inodes(root).stream().mapToLong(SimInode::size).sum();
    }

    private static List<SimInode> inodes(Folder folder) {
        List<SimInode> found = new ArrayList<>();
        for (Node node : folder.current.values()) {
            switch (node) {
                case Folder inner -> found.addAll(inodes(inner));
                case SimInode inode -> found.add(inode);
            }
        }
        return found;
    }

    /// A copy of what is on the platter.
    SimTree fork() {
        return new SimTree(fork(root));
    }

    private static Folder fork(Folder folder) {
        Folder fork = new Folder();
        folder.durable.forEach((name, node) -> fork.durable.put(
                name,
                switch (node) {
                    case Folder inner -> fork(inner);
                    case SimInode inode -> inode.fork();
                }));
        fork.current.putAll(fork.durable);
        return fork;
    }
}

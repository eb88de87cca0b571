package io.kurier.cluster.image;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An immutable hash map whose changed copies share all but a few nodes with the original, so that one change among
/// 100,000 entries costs a microsecond. The order of iteration is unspecified. No null keys or values.
final class PersistentMap<K, V> extends AbstractMap<K, V> {
    private static final int BITS = 5;
    private static final PersistentMap<Object, Object> EMPTY =
            new PersistentMap<>(new Branch<>(0, Branch.noChildren()), 0);

    private final Branch<K, V> root;
    private final int size;

    private PersistentMap(Branch<K, V> root, int size) {
        this.root = root;
        this.size = size;
    }

    /// The map without entries.
    @SuppressWarnings("unchecked")
    static <K, V> PersistentMap<K, V> empty() {
        return (PersistentMap<K, V>) EMPTY;
    }

    /// This map with `value` at `key`.
    PersistentMap<K, V> with(K key, V value) {
        Branch<K, V> changed = root.with(new Leaf<>(spread(key), key, value), 0);
        return new PersistentMap<>(changed, root.find(spread(key), 0, key) == null ? size + 1 : size);
    }

    /// This map without `key`; the same object if it is not there.
    PersistentMap<K, V> without(K key) {
        int hash = spread(key);
        if (root.find(hash, 0, key) == null) {
            return this;
        }
        Node<K, V> changed = root.without(hash, 0, key);
        Branch<K, V> newRoot = switch (changed) {
            case null -> new Branch<>(0, Branch.noChildren());
            case Branch<K, V> branch -> branch;
            case Leaf<K, V> leaf -> Branch.over(leaf, 0);
            case Collision<K, V> collision -> Branch.over(collision, 0);
        };
        return new PersistentMap<>(newRoot, size - 1);
    }

    @Override
    public @Nullable V get(@Nullable Object key) {
        if (key == null) {
            return null;
        }
        Leaf<K, V> leaf = root.find(spread(key), 0, key);
        return leaf == null ? null : leaf.value;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return get(key) != null;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Set<Map.Entry<K, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<K, V>> iterator() {
                return new Entries<>(root);
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    private static int spread(Object key) {
        int hash = key.hashCode();
        return hash ^ (hash >>> 16);
    }

    private sealed interface Node<K, V> {
        int hash();

        Node<K, V> with(Leaf<K, V> leaf, int shift);

        @Nullable
        Node<K, V> without(int hash, int shift, Object key);

        @Nullable
        Leaf<K, V> find(int hash, int shift, Object key);
    }

    private static <K, V> Node<K, V> join(Node<K, V> old, Leaf<K, V> leaf, int shift) {
        return Branch.over(old, shift).with(leaf, shift);
    }

    private record Leaf<K, V>(int hash, K key, V value) implements Node<K, V> {
        @Override
        public Node<K, V> with(Leaf<K, V> leaf, int shift) {
            if (leaf.hash != hash) {
                return join(this, leaf, shift);
            }
            return leaf.key.equals(key) ? leaf : new Collision<>(hash, Leaf.array(this, leaf));
        }

        @Override
        public @Nullable Node<K, V> without(int hash, int shift, Object key) {
            return matches(hash, key) ? null : this;
        }

        @Override
        public @Nullable Leaf<K, V> find(int hash, int shift, Object key) {
            return matches(hash, key) ? this : null;
        }

        boolean matches(int otherHash, Object otherKey) {
            return hash == otherHash && key.equals(otherKey);
        }

        @SafeVarargs
        @SuppressWarnings("varargs")
        static <K, V> Leaf<K, V>[] array(Leaf<K, V>... leaves) {
            return leaves;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // private, and never compared
    private record Collision<K, V>(int hash, Leaf<K, V>[] leaves) implements Node<K, V> {
        @Override
        public Node<K, V> with(Leaf<K, V> leaf, int shift) {
            if (leaf.hash != hash) {
                return join(this, leaf, shift);
            }
            int at = indexOf(leaf.key);
            Leaf<K, V>[] changed = Arrays.copyOf(leaves, at < 0 ? leaves.length + 1 : leaves.length);
            changed[at < 0 ? leaves.length : at] = leaf;
            return new Collision<>(hash, changed);
        }

        @Override
        public Node<K, V> without(int hash, int shift, Object key) {
            int at = indexOf(key);
            if (at < 0) {
                return this;
            }
            if (leaves.length == 2) {
                return leaves[1 - at];
            }
            Leaf<K, V>[] changed = Arrays.copyOf(leaves, leaves.length - 1);
            System.arraycopy(leaves, at + 1, changed, at, leaves.length - at - 1);
            return new Collision<>(this.hash, changed);
        }

        @Override
        public @Nullable Leaf<K, V> find(int hash, int shift, Object key) {
            int at = hash == this.hash ? indexOf(key) : -1;
            return at < 0 ? null : leaves[at];
        }

        private int indexOf(Object key) {
            for (int i = 0; i < leaves.length; i++) {
                if (leaves[i].key.equals(key)) {
                    return i;
                }
            }
            return -1;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // private, and never compared
    private record Branch<K, V>(int bitmap, Node<K, V>[] children) implements Node<K, V> {
        @SuppressWarnings({"unchecked", "rawtypes"})
        static <K, V> Node<K, V>[] noChildren() {
            return new Node[0];
        }

        static <K, V> Branch<K, V> over(Node<K, V> child, int shift) {
            Node<K, V>[] children = Arrays.copyOf(Branch.<K, V>noChildren(), 1);
            children[0] = child;
            return new Branch<>(bit(child.hash(), shift), children);
        }

        private static int bit(int hash, int shift) {
            return 1 << ((hash >>> shift) & 31);
        }

        private int index(int bit) {
            return Integer.bitCount(bitmap & (bit - 1));
        }

        @Override
        public int hash() {
            return children[0].hash();
        }

        @Override
        public Branch<K, V> with(Leaf<K, V> leaf, int shift) {
            int bit = bit(leaf.hash, shift);
            int at = index(bit);
            if ((bitmap & bit) != 0) {
                Node<K, V>[] changed = children.clone();
                changed[at] = children[at].with(leaf, shift + BITS);
                return new Branch<>(bitmap, changed);
            }
            Node<K, V>[] changed = Arrays.copyOf(children, children.length + 1);
            System.arraycopy(children, at, changed, at + 1, children.length - at);
            changed[at] = leaf;
            return new Branch<>(bitmap | bit, changed);
        }

        @Override
        public @Nullable Node<K, V> without(int hash, int shift, Object key) {
            int bit = bit(hash, shift);
            if ((bitmap & bit) == 0) {
                return this;
            }
            int at = index(bit);
            Node<K, V> child = children[at].without(hash, shift + BITS, key);
            if (child != null) {
                if (children.length == 1 && !(child instanceof Branch)) {
                    return child;
                }
                Node<K, V>[] changed = children.clone();
                changed[at] = child;
                return new Branch<>(bitmap, changed);
            }
            if (children.length == 1) {
                return null;
            }
            if (children.length == 2 && !(children[1 - at] instanceof Branch)) {
                return children[1 - at];
            }
            Node<K, V>[] changed = Arrays.copyOf(children, children.length - 1);
            System.arraycopy(children, at + 1, changed, at, children.length - at - 1);
            return new Branch<>(bitmap & ~bit, changed);
        }

        @Override
        public @Nullable Leaf<K, V> find(int hash, int shift, Object key) {
            int bit = bit(hash, shift);
            return (bitmap & bit) == 0 ? null : children[index(bit)].find(hash, shift + BITS, key);
        }
    }

    private static final class Entries<K, V> implements Iterator<Map.Entry<K, V>> {
        private final ArrayDeque<Node<K, V>> left = new ArrayDeque<>();

        Entries(Branch<K, V> root) {
            left.push(root);
            unfold();
        }

        private void unfold() {
            while (!left.isEmpty() && !(left.peek() instanceof Leaf)) {
                Node<K, V>[] inner = switch (left.pop()) {
                    case Branch<K, V> branch -> branch.children;
                    case Collision<K, V> collision -> collision.leaves;
                    case Leaf<K, V> leaf -> throw new IllegalStateException("a leaf: " + leaf.key);
                };
                for (int i = inner.length - 1; i >= 0; i--) {
                    left.push(inner[i]);
                }
            }
        }

        @Override
        public boolean hasNext() {
            return !left.isEmpty();
        }

        @Override
        public Map.Entry<K, V> next() {
            if (!(left.poll() instanceof Leaf<K, V> leaf)) {
                throw new NoSuchElementException();
            }
            unfold();
            return Map.entry(leaf.key, leaf.value);
        }
    }
}

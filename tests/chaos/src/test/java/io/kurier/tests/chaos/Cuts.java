package io.kurier.tests.chaos;

import java.util.ArrayList;
import java.util.List;

/// Directions in which nothing gets through for a while.
final class Cuts extends Fault.Named {
    private final Wires wires;
    private final List<Cut> cuts;

    /// What `from` sends does not reach `to`.
    record Cut(int from, int to) {}

    Cuts(String name, String details, Wires wires, List<Cut> cuts) {
        super(name, details);
        this.wires = wires;
        this.cuts = cuts;
    }

    static Cuts between(String name, Wires wires, int one, int other) {
        return new Cuts(
                name, named(one) + " and " + named(other), wires, List.of(new Cut(one, other), new Cut(other, one)));
    }

    static Cuts oneWay(String name, Wires wires, int from, int to) {
        return new Cuts(name, named(from) + " to " + named(to), wires, List.of(new Cut(from, to)));
    }

    /// One place neither reaches the others nor is reached by them.
    static Cuts isolated(String name, Wires wires, int one, List<Integer> places) {
        List<Cut> cuts = new ArrayList<>();
        for (int other : places) {
            if (other != one) {
                cuts.add(new Cut(one, other));
                cuts.add(new Cut(other, one));
            }
        }
        return new Cuts(name, named(one), wires, cuts);
    }

    /// Each place is not heard by the next one, and the last one not by the first.
    static Cuts ring(Wires wires, List<Integer> places) {
        List<Cut> cuts = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            cuts.add(new Cut(places.get(i), places.get((i + 1) % places.size())));
        }
        return new Cuts("ring", "nodes " + places, wires, cuts);
    }

    private static String named(int place) {
        return place == Wires.CLIENTS ? "the clients" : "node " + place;
    }

    @Override
    public void begin() {
        cuts.forEach(cut -> wires.cut(cut.from, cut.to));
    }

    @Override
    public void end() {
        cuts.forEach(cut -> wires.join(cut.from, cut.to));
    }
}

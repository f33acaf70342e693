package dev.replicationset.topology;

/** One Kubernetes object of a set, by kind and name; it lives in the set's namespace. */
public record ObjectRef(String kind, String name) implements Comparable<ObjectRef> {
    @Override
    public int compareTo(ObjectRef other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return kind + "/" + name;
    }
}

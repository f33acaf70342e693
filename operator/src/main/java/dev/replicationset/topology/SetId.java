package dev.replicationset.topology;

/** Which set. {@code uid} tells a set from an earlier one of the same name. */
public record SetId(String namespace, String name, String uid) {
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}

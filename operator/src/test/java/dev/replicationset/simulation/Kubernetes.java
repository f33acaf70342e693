package dev.replicationset.simulation;

import dev.replicationset.api.InstanceRole;
import dev.replicationset.api.MySQLReplicationSetSpec;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.topology.InstanceView;
import dev.replicationset.topology.ObjectRef;
import dev.replicationset.topology.PodView;
import dev.replicationset.topology.PodView.RoleLabels;
import dev.replicationset.topology.ServerView;
import dev.replicationset.topology.SetId;
import dev.replicationset.topology.VolumeView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The API server's objects of one set, the controllers that make pods of them, and the nodes on which those run. */
final class Kubernetes {
    static final SetId ID = new SetId("shop", "orders", "uid-1");
    private static final Duration CONTROL = Duration.ofMillis(150);
    private static final int NODES = 3;
    private static final Duration GRACE = Duration.ofSeconds(25);

    private final World world;
    final Map<String, Instance> instances = new TreeMap<>(Comparator.comparingInt(Kubernetes::number));
    final Set<Integer> nodesDown = new HashSet<>();
    MySQLReplicationSetSpec spec;
    MySQLReplicationSetStatus status = MySQLReplicationSetStatus.EMPTY;
    long version = 1;
    long generation = 1;
    Optional<String> promote = Optional.empty();
    private boolean services;
    private int made;

    /** What exists of one instance. */
    static final class Instance {
        boolean statefulSet;

        @Nullable
        VolumeView volume;

        @Nullable
        Mysqld mysqld;

        @Nullable
        PodView pod;

        int node;
        boolean starting;
        Instant deletingSince = Instant.MAX;
        /** Until then a process of a pod that was deleted by force lives on. */
        Instant livesUntil = Instant.MIN;
    }

    Kubernetes(World world, MySQLReplicationSetSpec spec) {
        this.world = world;
        this.spec = spec;
        world.every(CONTROL, this::control);
    }

    static int number(String instance) {
        return Integer.parseInt(instance.substring(ID.name().length() + 1));
    }

    Optional<Mysqld> mysqld(String instance) {
        return Optional.ofNullable(instances.get(instance)).map(found -> found.mysqld);
    }

    List<Mysqld> servers() {
        List<Mysqld> servers = new ArrayList<>(instances.size());
        for (Instance instance : instances.values()) {
            if (instance.mysqld != null) {
                servers.add(instance.mysqld);
            }
        }
        return servers;
    }

    /** The set as a cache holds it: a copy of this moment. */
    record Snapshot(
            MySQLReplicationSetSpec spec,
            MySQLReplicationSetStatus status,
            long version,
            long generation,
            Map<String, InstanceView> views,
            Set<ObjectRef> drift,
            Optional<String> promote) {}

    Snapshot snapshot() {
        Map<String, InstanceView> views = new LinkedHashMap<>();
        Set<String> names = new TreeSet<>(Comparator.comparingInt(Kubernetes::number));
        names.addAll(instances.keySet());
        status.instances().forEach(member -> names.add(member.name()));
        for (String name : names) {
            Instance found = instances.getOrDefault(name, new Instance());
            if (found.statefulSet
                    || found.volume != null
                    || found.pod != null
                    || status.instance(name).isPresent()) {
                views.put(
                        name,
                        new InstanceView(
                                name,
                                number(name),
                                found.statefulSet,
                                Optional.ofNullable(found.volume),
                                Optional.ofNullable(found.pod),
                                ServerView.UNKNOWN));
            }
        }
        return new Snapshot(spec, status, version, generation, views, drift(), promote);
    }

    private Set<ObjectRef> drift() {
        Set<ObjectRef> drift = new TreeSet<>();
        if (!services) {
            drift.add(new ObjectRef("Service", "orders-primary"));
        }
        status.instances().forEach(member -> {
            Instance found = instances.getOrDefault(member.name(), new Instance());
            if (!found.statefulSet) {
                drift.add(new ObjectRef("StatefulSet", member.name()));
            }
            if (found.volume == null) {
                drift.add(new ObjectRef("PersistentVolumeClaim", member.name()));
            }
        });
        return drift;
    }

    // ---- what the operator does to it

    void scale(int replicas) {
        spec = new MySQLReplicationSetSpec(
                spec.image(),
                spec.imagePullPolicy(),
                spec.imagePullSecrets(),
                replicas,
                spec.storage(),
                spec.mysqld(),
                spec.replication(),
                spec.bootstrap(),
                spec.reads(),
                spec.failover(),
                spec.pod(),
                spec.paused());
        generation++;
        version++;
        world.note("scaled to " + replicas);
    }

    void apply(Set<ObjectRef> objects) {
        for (ObjectRef ref : new TreeSet<>(objects)) {
            switch (ref.kind()) {
                case "StatefulSet" -> instance(ref.name()).statefulSet = true;
                case "PersistentVolumeClaim" -> {
                    Instance instance = instance(ref.name());
                    if (instance.volume == null) {
                        makeVolume(ref.name(), instance);
                    }
                }
                default -> services = true;
            }
        }
    }

    private void makeVolume(String name, Instance instance) {
        made++;
        instance.volume = new VolumeView("pvc-" + made, true, false, Optional.empty(), Optional.empty(), 0, false, 0);
        instance.node = world.random.nextInt(NODES);
        instance.mysqld =
                new Mysqld(world, name, number(name), "%08d-0000-0000-0000-%012d".formatted(number(name), made));
    }

    void recordOnVolume(String name, InstanceRole role, Optional<String> serverUuid, long epoch, int lastNumber) {
        Instance instance = instance(name);
        VolumeView volume = instance.volume;
        if (volume == null) {
            throw new IllegalStateException("no volume " + name);
        }
        instance.volume = volume.with(its -> its.role(Optional.of(role))
                .serverUuid(serverUuid)
                .epoch(epoch)
                .retired(false)
                .lastNumber(lastNumber));
    }

    void label(String name, String uid, RoleLabels labels) {
        Instance instance = instance(name);
        PodView pod = instance.pod;
        if (pod != null && pod.uid().equals(uid)) {
            instance.pod = pod.withLabels(labels);
        }
    }

    void remove(String name, boolean deleteVolume) {
        if (status.instance(name).isPresent()) {
            throw new IllegalStateException(name + " is a member");
        }
        Instance instance = instance(name);
        instance.statefulSet = false;
        VolumeView volume = instance.volume;
        if (volume != null) {
            instance.volume = deleteVolume ? null : volume.withRetired(true);
        }
        world.note("removed " + name);
    }

    void deletePod(String name, String uid) {
        Instance instance = instance(name);
        PodView pod = instance.pod;
        if (pod != null && pod.uid().equals(uid) && !pod.deleting()) {
            instance.pod = pod.withDeleting(true);
            instance.deletingSince = world.now();
        }
    }

    /** The API server forgets it at once; its process lives on for a moment. */
    void deletePodByForce(String name) {
        Instance instance = instance(name);
        if (instance.pod != null) {
            instance.pod = null;
            instance.starting = false;
            instance.livesUntil = world.now().plus(world.between(0, 2500));
            world.note("the pod of " + name + " is deleted by force");
        }
    }

    void askFor(String instance) {
        promote = Optional.of(instance);
        version++;
        world.note(instance + " is asked for");
    }

    void consumePromote(String request) {
        if (promote.equals(Optional.of(request))) {
            promote = Optional.empty();
            version++;
        }
    }

    private Instance instance(String name) {
        return instances.computeIfAbsent(name, n -> new Instance());
    }

    // ---- controllers and kubelets

    private void control() {
        for (Map.Entry<String, Instance> entry : new ArrayList<>(instances.entrySet())) {
            control(entry.getKey(), entry.getValue());
        }
    }

    private void control(String name, Instance instance) {
        if (nodesDown.contains(instance.node)) {
            return;
        }
        PodView pod = instance.pod;
        Mysqld mysqld = instance.mysqld;
        if (pod == null && mysqld != null && mysqld.running) {
            if (!world.now().isBefore(instance.livesUntil)) {
                mysqld.end();
            }
        } else if (pod != null && !instance.statefulSet && !pod.deleting()) {
            deletePod(name, pod.uid());
        } else if (pod != null && pod.deleting()) {
            if (mysqld != null && mysqld.running && held(mysqld, instance.deletingSince)) {
                return;
            }
            instance.pod = null;
            instance.starting = false;
            if (mysqld != null) {
                mysqld.end();
            }
        } else if (pod == null && instance.volume == null && !instance.statefulSet) {
            instances.remove(name);
        } else if (pod == null && instance.statefulSet && instance.volume != null) {
            made++;
            instance.pod = new PodView(
                    "pod-" + made,
                    "10.0.%d.%d".formatted(made / 250, made % 250),
                    "node-" + instance.node,
                    false,
                    true,
                    false,
                    false,
                    0,
                    false,
                    RoleLabels.NONE,
                    Optional.empty());
        } else if (pod != null && mysqld != null && !mysqld.running && !instance.starting) {
            instance.starting = true;
            instance.pod = pod.withRunning(false);
            String uid = pod.uid();
            world.after(world.between(400, 2500), () -> started(instance, uid, mysqld));
        }
    }

    /** What the pod's hook does: an open server is waited for. Nobody tells of a frozen one. */
    private boolean held(Mysqld mysqld, Instant since) {
        boolean open = mysqld.frozen || mysqld.writable() || mysqld.waits.waiting() > 0;
        Instant until = since.plus(open ? GRACE : CONTROL.multipliedBy(1 + world.random.nextInt(10)));
        return world.now().isBefore(until);
    }

    private void started(Instance instance, String uid, Mysqld mysqld) {
        PodView pod = instance.pod;
        if (pod == null || !pod.uid().equals(uid)) {
            return;
        }
        instance.starting = false;
        if (!mysqld.running && !pod.deleting() && !nodesDown.contains(instance.node)) {
            instance.pod = pod.with(its -> its.running(true).ready(true));
            mysqld.start(pod.ip());
        }
    }

    // ---- faults

    int node(String name) {
        return Optional.ofNullable(instances.get(name)).map(found -> found.node).orElse(0);
    }

    boolean isDown(String instance) {
        return nodesDown.contains(instance(instance).node);
    }

    void stopNode(int node) {
        nodesDown.add(node);
        world.note("node-" + node + " goes down");
        instances.values().stream()
                .filter(instance -> instance.node == node)
                .forEach(instance -> Optional.ofNullable(instance.mysqld).ifPresent(Mysqld::end));
    }

    void startNode(int node) {
        nodesDown.remove(node);
        world.note("node-" + node + " comes back");
    }

    /** The instances to which the write endpoint leads. */
    List<String> writeEndpoint() {
        return instances.entrySet().stream()
                .filter(entry -> Optional.ofNullable(entry.getValue().pod)
                        .filter(pod -> pod.labels().servesWrites())
                        .isPresent())
                .map(Map.Entry::getKey)
                .toList();
    }
}
